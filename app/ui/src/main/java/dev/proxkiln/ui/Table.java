package dev.proxkiln.ui;

import java.util.ArrayList;
import java.util.List;

/** Rows under headings, each column as wide as its widest cell. */
public final class Table {
  private static final String GAP = "  ";

  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  public Table(List<String> headings) {
    this.headings = List.copyOf(headings);
  }

  /** Adds a row with a cell for each heading. */
  public Table row(List<String> cells) {
    if (cells.size() != headings.size()) {
      throw new IllegalArgumentException(cells.size() + " cells for " + headings.size());
    }
    rows.add(cells.stream().map(cell -> cell.replaceAll("\\s+", " ")).toList());
    return this;
  }

  /**
   * The table as text; columns of numbers are set to the right. Nothing is cut: a narrow terminal
   * wraps, and a pipe gets everything.
   */
  public String text(Look look) {
    StringBuilder out = new StringBuilder();
    int[] widths = new int[headings.size()];
    boolean[] numbers = new boolean[headings.size()];
    for (int i = 0; i < widths.length; i++) {
      int column = i;
      widths[i] = Math.max(headings.get(i).length(), longest(column));
      numbers[i] =
          !rows.isEmpty()
              && rows.stream().allMatch(row -> row.get(column).matches("-?[0-9]+(?:\\.[0-9]+)?"));
    }
    String head = line(headings, widths, numbers);
    out.append(look.paint(Look.Ink.BOLD, head)).append('\n');
    rows.forEach(row -> out.append(look.fit(line(row, widths, numbers))).append('\n'));
    return out.toString();
  }

  private int longest(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }

  private static String line(List<String> cells, int[] widths, boolean[] numbers) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      String room = " ".repeat(widths[i] - cell.length());
      line.append(i == 0 ? "" : GAP).append(numbers[i] ? room + cell : cell + room);
    }
    return line.toString().stripTrailing();
  }
}
