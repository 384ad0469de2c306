package dev.proxkiln.ui.screen;

import java.util.Arrays;
import java.util.Optional;
import org.jline.utils.WCWidth;

/**
 * A grid of character cells, each with an {@link Ink}. Text that does not fit is cut at the edge,
 * and characters that would move a terminal's cursor or change its state never get in.
 */
public final class Frame {
  /** The second cell of a wide character. */
  static final int CONTINUED = 0;

  private final Size size;
  private final int[][] cells;
  private final Ink[][] inks;
  private Optional<Spot> caret = Optional.empty();

  /** A cell's place, from 0. */
  public record Spot(int row, int column) {}

  /** An empty frame. */
  public Frame(Size size) {
    this.size = size;
    cells = new int[size.rows()][size.columns()];
    inks = new Ink[size.rows()][size.columns()];
    for (int row = 0; row < size.rows(); row++) {
      Arrays.fill(cells[row], ' ');
      Arrays.fill(inks[row], Ink.PLAIN);
    }
  }

  public Size size() {
    return size;
  }

  /** Writes text; returns the column behind it. */
  public int put(int row, int column, Ink ink, String text) {
    return put(row, column, size.columns(), ink, text);
  }

  /**
   * Writes text up to a column; what does not fit is cut, and an ellipsis says so.
   *
   * @param end the first column that is not written to
   * @return the column behind the text
   */
  public int put(int row, int column, int end, Ink ink, String text) {
    int last = Math.min(end, size.columns());
    if (row < 0 || row >= size.rows() || column < 0 || column >= last) {
      return column;
    }
    String clean = clean(text);
    boolean cut = width(clean) > last - column;
    int room = cut ? last - 1 : last;
    int at = column;
    if (cells[row][column] == CONTINUED) {
      // Half of a wide character is none.
      cells[row][column - 1] = ' ';
    }
    for (int i = 0; i < clean.length(); i += Character.charCount(clean.codePointAt(i))) {
      int c = clean.codePointAt(i);
      int wide = c <= '~' ? 1 : WCWidth.wcwidth(c);
      if (at + wide > room) {
        break;
      }
      cells[row][at] = c;
      inks[row][at] = ink;
      if (wide == 2) {
        cells[row][at + 1] = CONTINUED;
        inks[row][at + 1] = ink;
      }
      at += wide;
    }
    if (cut) {
      cells[row][at] = '\u2026';
      inks[row][at++] = ink;
    }
    if (at < size.columns() && cells[row][at] == CONTINUED) {
      cells[row][at] = ' ';
    }
    return at;
  }

  /** Writes text that ends before a column. */
  public void putRight(int row, int end, Ink ink, String text) {
    put(row, Math.max(0, end - width(clean(text))), end, ink, text);
  }

  /** A horizontal line over the whole width. */
  public void rule(int row) {
    Arrays.fill(cells[row], '\u2500');
    Arrays.fill(inks[row], Ink.RULE);
  }

  /** Gives all cells of a row an ink, from a column to another. */
  public void tint(int row, int from, int end, Ink ink) {
    if (row >= 0 && row < size.rows()) {
      Arrays.fill(inks[row], Math.max(0, from), Math.min(end, size.columns()), ink);
    }
  }

  /** Shows the terminal's cursor, for typing. */
  public void caret(int row, int column) {
    if (row >= 0 && row < size.rows() && column >= 0 && column < size.columns()) {
      caret = Optional.of(new Spot(row, column));
    }
  }

  /** Where the terminal's cursor is shown; empty hides it. */
  public Optional<Spot> caret() {
    return caret;
  }

  /** The character of a cell; 0 for the second half of a wide one. */
  public int cell(int row, int column) {
    return cells[row][column];
  }

  public Ink ink(int row, int column) {
    return inks[row][column];
  }

  /** Cells that a text takes. */
  public static int width(String text) {
    if (isPlain(text)) {
      return text.length();
    }
    return text.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
  }

  /** Printable characters only: what comes from a node or a file must not steer the terminal. */
  static String clean(String text) {
    if (isPlain(text)) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (c == '\t' || c == '\n') {
                out.append(' ');
              } else if (WCWidth.wcwidth(c) > 0 && !isSteering(c)) {
                out.appendCodePoint(c);
              }
            });
    return out.toString();
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  private static boolean isSteering(int c) {
    return Character.getType(c) == Character.FORMAT || Character.isISOControl(c);
  }

  /** The text of a row without trailing blanks. */
  public String row(int row) {
    StringBuilder out = new StringBuilder();
    for (int c : cells[row]) {
      if (c != CONTINUED) {
        out.appendCodePoint(c);
      }
    }
    return out.toString().stripTrailing();
  }

  /** All rows, each with a line end: what golden files hold. */
  public String text() {
    StringBuilder out = new StringBuilder();
    for (int row = 0; row < size.rows(); row++) {
      out.append(row(row)).append('\n');
    }
    return out.toString();
  }
}
