package dev.proxkiln.ui.screen;

/**
 * The size of a screen in character cells.
 *
 * @param columns cells in a row
 * @param rows rows
 */
public record Size(int columns, int rows) {

  /** What pages are designed for. */
  public static final Size USUAL = new Size(80, 24);

  /** Below this there are no screens, only lines. */
  public static final Size LEAST = new Size(80, 20);

  /** Whether pages fit. */
  public boolean fits() {
    return columns >= LEAST.columns && rows >= LEAST.rows;
  }
}
