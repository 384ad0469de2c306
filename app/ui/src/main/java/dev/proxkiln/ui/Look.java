package dev.proxkiln.ui;

import java.util.function.IntSupplier;

/**
 * What the place that we print to can show.
 *
 * @param live whether a line can be drawn over: a terminal that is not dumb
 * @param colour whether to use colours
 * @param unicode whether characters beyond ASCII arrive
 * @param width columns, asked anew at every use; at least 20
 */
public record Look(boolean live, boolean colour, boolean unicode, IntSupplier width) {

  /** For files and pipes: plain ASCII lines. */
  public static Look plain() {
    return new Look(false, false, false, () -> 80);
  }

  /** Text in a colour, where colours are wanted. */
  String paint(Ink ink, String text) {
    return colour ? ink.code + text + "\u001b[0m" : text;
  }

  /** Text that fits this place: characters that cannot be shown are replaced. */
  public String fit(String text) {
    if (unicode) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            c ->
                out.append(
                    switch (c) {
                      case '\u2026' -> "...";
                      case '\u2013', '\u2014' -> "-";
                      case '\u2018', '\u2019' -> "'";
                      case '\u201c', '\u201d' -> "\"";
                      default -> c < 128 ? String.valueOf((char) c) : "?";
                    }));
    return out.toString();
  }

  /** The colours that we use, by what they mean. */
  enum Ink {
    ERROR("\u001b[31;1m"),
    WARNING("\u001b[33m"),
    GOOD("\u001b[32m"),
    DIM("\u001b[2m"),
    BOLD("\u001b[1m");

    private final String code;

    Ink(String code) {
      this.code = code;
    }
  }
}
