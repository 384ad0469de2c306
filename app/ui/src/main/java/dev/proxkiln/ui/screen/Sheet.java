package dev.proxkiln.ui.screen;

import dev.proxkiln.core.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * What every page has around its body: where one is, what is wrong, what can be pressed. The body
 * lies between {@link #top} and {@link #bottom}.
 */
public final class Sheet {
  private static final String GAP = "    ";
  private static final String STEP = " > ";

  private final Frame frame;
  private int bottom;

  /**
   * An empty sheet.
   *
   * @param trail where one is, for example {@code Create a template > Image}
   * @param right what stands at the right of the first row
   */
  public Sheet(Size size, String trail, String right) {
    frame = new Frame(size);
    int room = size.columns() - 1;
    int end = right.isEmpty() ? room : Math.max(2, room - Frame.width(right) - 2);
    frame.put(0, 1, end, Ink.TITLE, fitted(trail, end - 1));
    frame.putRight(0, room, Ink.DIM, right);
    frame.rule(1);
    frame.rule(size.rows() - 2);
    bottom = size.rows() - 2;
  }

  /** The last word of a trail is what one wants to read: the others give way. */
  private static String fitted(String trail, int room) {
    int last = trail.lastIndexOf(STEP);
    int much = Frame.width(trail) - room;
    if (much <= 0 || last < much + 2) {
      return trail;
    }
    int cut = trail.offsetByCodePoints(0, trail.codePointCount(0, last) - much - 1);
    return trail.substring(0, cut).stripTrailing() + "\u2026" + trail.substring(last);
  }

  public Frame frame() {
    return frame;
  }

  /** First row of the body. */
  public int top() {
    return 2;
  }

  /** The row behind the last one of the body. */
  public int bottom() {
    return bottom;
  }

  /** Rows of the body. */
  public int height() {
    return bottom - top();
  }

  public int columns() {
    return frame.size().columns();
  }

  /** What can be pressed: as many as fit, the most important first; help is always among them. */
  public Sheet keys(List<Hint> hints) {
    int row = frame.size().rows() - 1;
    int end = columns() - 1;
    String help = Keys.HELP.shown() + " help";
    boolean helps = hints.stream().noneMatch(hint -> hint.keys() == Keys.HELP);
    int room = helps ? end - help.length() - 1 : end;
    int total = hints.stream().mapToInt(Sheet::width).sum() + GAP.length() * (hints.size() - 1);
    String gap = total + 1 <= room ? GAP : "  ";
    int at = 1;
    for (Hint hint : hints) {
      if (at + width(hint) > room) {
        continue;
      }
      at = frame.put(row, at, Ink.KEY, hint.keys().shown());
      at = frame.put(row, at, Ink.PLAIN, " " + hint.label()) + gap.length();
    }
    if (helps) {
      int column = end - help.length();
      column = frame.put(row, column, Ink.KEY, Keys.HELP.shown());
      frame.put(row, column, Ink.PLAIN, " help");
    }
    return this;
  }

  private static int width(Hint hint) {
    return Frame.width(hint.keys().shown()) + 1 + Frame.width(hint.label());
  }

  /** A line or two above the keys, such as a notice. */
  public Sheet note(Ink ink, String text) {
    boolean fits = Frame.width(text) <= columns() - 2;
    List<String> lines =
        text.isBlank() ? List.of() : fits ? List.of(text) : wrap(text, columns() - 2, 2);
    bottom -= lines.size();
    int row = bottom;
    for (String line : lines) {
      frame.put(row++, 1, columns() - 1, ink, line);
    }
    return this;
  }

  /** Takes rows from the end of the body, for a question above the keys; gives the first. */
  public int reserve(int rows) {
    bottom -= rows;
    return bottom;
  }

  /** A problem above the keys: what is wrong, and what to do. */
  public Sheet problem(Problem problem) {
    int width = columns() - 4;
    List<String> what = wrap(problem.what(), width, 2);
    List<String> next = wrap(problem.next(), width, 2);
    bottom -= what.size() + next.size();
    int row = bottom;
    frame.put(row, 1, Ink.ERROR, "!");
    for (String line : what) {
      frame.put(row++, 3, Ink.ERROR, line);
    }
    for (String line : next) {
      frame.put(row++, 3, Ink.PLAIN, line);
    }
    return this;
  }

  /**
   * Breaks text between words.
   *
   * @param most lines at most; the last one is cut where there would be more
   */
  public static List<String> wrap(String text, int width, int most) {
    List<String> lines = new ArrayList<>();
    for (String paragraph : text.strip().lines().toList()) {
      StringBuilder line = new StringBuilder();
      for (String word : paragraph.strip().split("\\s+")) {
        boolean fits = Frame.width(line + word) + (line.isEmpty() ? 0 : 1) <= width;
        if (!fits && !line.isEmpty() && lines.size() < most - 1) {
          lines.add(line.toString());
          line.setLength(0);
        }
        line.append(line.isEmpty() ? "" : " ").append(word);
      }
      if (!line.isEmpty() && lines.size() < most) {
        lines.add(line.toString());
      }
    }
    return lines;
  }
}
