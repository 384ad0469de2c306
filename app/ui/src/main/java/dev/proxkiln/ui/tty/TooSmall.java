package dev.proxkiln.ui.tty;

import dev.proxkiln.ui.screen.Frame;
import dev.proxkiln.ui.screen.Ink;
import dev.proxkiln.ui.screen.Size;

/** What is shown while a window is made too small; nothing is lost. */
final class TooSmall {
  private TooSmall() {}

  static Frame frame(Size size) {
    Frame frame = new Frame(size);
    frame.put(0, 0, Ink.WARNING, "The window is too small.");
    frame.put(
        1,
        0,
        Ink.PLAIN,
        size.columns()
            + "x"
            + size.rows()
            + "; wanted: "
            + Size.LEAST.columns()
            + "x"
            + Size.LEAST.rows());
    frame.put(2, 0, Ink.DIM, "Ctrl-C leaves.");
    return frame;
  }
}
