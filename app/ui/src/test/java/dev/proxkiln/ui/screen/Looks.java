package dev.proxkiln.ui.screen;

import dev.proxkiln.testkit.Golden;
import java.util.Locale;

/** Goldens of how a frame looks on terminals that are not the usual one. */
public final class Looks {
  private Looks() {}

  /** Compares a frame in every other theme with the goldens of its name. */
  public static void others(String name, Frame frame) {
    Golden.screen("ascii-" + name, ascii(frame));
    for (Theme.Palette palette : Theme.Palette.values()) {
      Golden.screen(
          palette.name().toLowerCase(Locale.ROOT) + "-" + name,
          marked(new Theme(palette, true), frame));
    }
  }

  /** The characters where the locale is not UTF-8. */
  private static String ascii(Frame frame) {
    Theme theme = new Theme(Theme.Palette.MONOCHROME, false);
    StringBuilder out = new StringBuilder();
    for (int row = 0; row < frame.size().rows(); row++) {
      StringBuilder line = new StringBuilder();
      frame.row(row).codePoints().map(theme::glyph).forEach(line::appendCodePoint);
      out.append(line).append('\n');
    }
    return out.toString();
  }

  /** The characters with the parameters of SGR wherever they change, as {@code {0;1}}. */
  private static String marked(Theme theme, Frame frame) {
    StringBuilder out = new StringBuilder();
    for (int row = 0; row < frame.size().rows(); row++) {
      String look = "";
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < frame.size().columns(); column++) {
        String now = theme.sgr(frame.ink(row, column));
        if (!now.equals(look)) {
          line.append('{').append(now).append('}');
          look = now;
        }
        if (frame.cell(row, column) != Frame.CONTINUED) {
          line.appendCodePoint(frame.cell(row, column));
        }
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }
}
