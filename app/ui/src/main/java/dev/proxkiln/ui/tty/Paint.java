package dev.proxkiln.ui.tty;

import dev.proxkiln.ui.screen.Frame;
import dev.proxkiln.ui.screen.Ink;
import dev.proxkiln.ui.screen.Theme;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What has to be sent to a terminal so that it shows a frame: the cells that changed. */
public final class Paint {
  private static final String ESC = "\u001b[";

  private final Theme theme;
  private @Nullable Frame before;

  public Paint(Theme theme) {
    this.theme = theme;
  }

  /** Forgets what the terminal shows. */
  void forget() {
    before = null;
  }

  /** The characters to send. */
  public String to(Frame frame) {
    Frame old = before;
    StringBuilder out = new StringBuilder(ESC + "?25l");
    if (old == null || !old.size().equals(frame.size())) {
      out.append(ESC).append('0').append('m').append(ESC).append("2J");
      old = new Frame(frame.size());
      if (theme.palette() == Theme.Palette.CONTRAST) {
        // Its background is not the terminal's own, so that blanks are drawn too.
        old = null;
      }
    }
    Optional<Ink> ink = Optional.empty();
    for (int row = 0; row < frame.size().rows(); row++) {
      int at = -1;
      for (int column = 0; column < frame.size().columns(); column++) {
        if (old != null && same(old, frame, row, column)) {
          continue;
        }
        if (frame.cell(row, column) == 0) {
          continue;
        }
        if (at != column) {
          out.append(ESC).append(row + 1).append(';').append(column + 1).append('H');
        }
        Ink now = frame.ink(row, column);
        if (ink.isEmpty() || ink.get() != now) {
          out.append(ESC).append(theme.sgr(now)).append('m');
          ink = Optional.of(now);
        }
        out.appendCodePoint(theme.glyph(frame.cell(row, column)));
        boolean wide = column + 1 < frame.size().columns() && frame.cell(row, column + 1) == 0;
        // An ASCII twin of a wide character is narrow: its second half is a blank.
        if (wide && !theme.unicode()) {
          out.append(' ');
        }
        at = column + (wide ? 2 : 1);
      }
    }
    out.append(ESC).append("0m");
    frame
        .caret()
        .ifPresent(
            spot ->
                out.append(ESC)
                    .append(spot.row() + 1)
                    .append(';')
                    .append(spot.column() + 1)
                    .append('H')
                    .append(ESC)
                    .append("?25h"));
    before = frame;
    return out.toString();
  }

  private static boolean same(Frame old, Frame frame, int row, int column) {
    return old.cell(row, column) == frame.cell(row, column)
        && old.ink(row, column) == frame.ink(row, column);
  }
}
