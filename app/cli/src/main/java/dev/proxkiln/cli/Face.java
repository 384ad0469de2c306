package dev.proxkiln.cli;

import java.util.Map;

/** How questions are asked. */
enum Face {
  /** Pages that fill the terminal. */
  SCREEN,
  /** A line for each question. */
  LINE;

  /** The smallest terminal that pages are drawn for. */
  private static final int COLUMNS = 80;

  private static final int ROWS = 20;

  /**
   * The face for a terminal.
   *
   * @param wanted {@code auto}, {@code screen} or {@code line}
   * @param environment {@code TERM} is read
   * @param columns of the terminal
   * @param rows of the terminal; 0 where it has no size, as on many serial consoles
   */
  static Face of(String wanted, Map<String, String> environment, int columns, int rows) {
    return switch (wanted) {
      case "screen" -> SCREEN;
      case "line" -> LINE;
      default -> {
        String term = environment.getOrDefault("TERM", "");
        boolean draws = !term.isEmpty() && !term.equals("dumb") && !term.equals("unknown");
        yield draws && columns >= COLUMNS && rows >= ROWS ? SCREEN : LINE;
      }
    };
  }
}
