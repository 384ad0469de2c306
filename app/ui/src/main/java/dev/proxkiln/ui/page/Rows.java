package dev.proxkiln.ui.page;

import dev.proxkiln.ui.screen.Frame;
import dev.proxkiln.ui.screen.Ink;

/** How the row with the cursor looks, the same on every page. */
final class Rows {
  private Rows() {}

  /** Marks a row that was drawn. */
  static void current(Frame frame, int row) {
    current(frame, row, frame.size().columns());
  }

  /** The same up to a column. */
  static void current(Frame frame, int row, int end) {
    for (int column = 0; column < end; column++) {
      boolean dim = frame.ink(row, column) == Ink.DIM;
      frame.tint(row, column, column + 1, dim ? Ink.CURSOR_DIM : Ink.CURSOR);
    }
    frame.put(row, 1, Ink.CURSOR, "\u203a");
  }
}
