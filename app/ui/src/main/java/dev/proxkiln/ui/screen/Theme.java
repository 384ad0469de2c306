package dev.proxkiln.ui.screen;

import java.util.Locale;
import java.util.Map;

/**
 * How inks look on a terminal, and which characters it can show.
 *
 * @param palette which colours
 * @param unicode whether characters beyond ASCII arrive; else each has a twin of the same width
 */
public record Theme(Palette palette, boolean unicode) {

  /** Sets of colours. */
  public enum Palette {
    /** Sixteen colours, which the terminal's own scheme decides. */
    COLOUR,
    /** Bold white on black, black on yellow: for poor sight and poor displays. */
    CONTRAST,
    /** Bold, faint and reverse only. */
    MONOCHROME
  }

  /**
   * The theme for a terminal.
   *
   * @param color {@code auto}, {@code always} or {@code never}
   * @param wanted {@code auto}, or the name of a palette in lower case
   * @param environment {@code TERM}, {@code NO_COLOR} and the locale are read
   */
  public static Theme of(String color, String wanted, Map<String, String> environment) {
    boolean colours =
        switch (color) {
          case "always" -> true;
          case "never" -> false;
          // https://no-color.org: set and not empty means no colours.
          default ->
              environment.getOrDefault("NO_COLOR", "").isEmpty()
                  && !environment.getOrDefault("TERM", "").startsWith("vt");
        };
    Palette palette =
        switch (wanted) {
          case "contrast" -> Palette.CONTRAST;
          case "monochrome" -> Palette.MONOCHROME;
          default -> colours ? Palette.COLOUR : Palette.MONOCHROME;
        };
    return new Theme(
        colours ? palette : Palette.MONOCHROME,
        isUtf8(environment) && !environment.getOrDefault("TERM", "").equals("linux"));
  }

  private static boolean isUtf8(Map<String, String> environment) {
    for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
      String value = environment.getOrDefault(name, "").toUpperCase(Locale.ROOT);
      if (!value.isEmpty()) {
        return value.contains("UTF-8") || value.contains("UTF8");
      }
    }
    return false;
  }

  /** The parameters of the escape sequence that selects a look, ECMA-48 SGR; starts from reset. */
  public String sgr(Ink ink) {
    return switch (palette) {
      case COLOUR ->
          switch (ink) {
            case PLAIN -> "0";
            case TITLE -> "0;1;36";
            case HEADING -> "0;1";
            case RULE -> "0;34";
            case DIM -> "0;90";
            case CURSOR -> "0;1;97;44";
            case CURSOR_DIM -> "0;37;44";
            case VALUE -> "0";
            case CHOSEN -> "0;1;33";
            case KEY -> "0;1;36";
            case GOOD -> "0;32";
            case WARNING -> "0;33";
            case ERROR -> "0;1;31";
          };
      case CONTRAST ->
          switch (ink) {
            case PLAIN, DIM, VALUE -> "0;97;40";
            case TITLE, HEADING -> "0;1;93;40";
            case RULE -> "0;97;40";
            case CURSOR, CURSOR_DIM -> "0;1;30;103";
            case CHOSEN, KEY -> "0;1;96;40";
            case GOOD -> "0;1;92;40";
            case WARNING -> "0;1;93;40";
            case ERROR -> "0;1;97;41";
          };
      case MONOCHROME ->
          switch (ink) {
            case PLAIN, VALUE, RULE, GOOD, DIM -> "0";
            case TITLE, HEADING, KEY, CHOSEN, WARNING -> "0;1";
            case CURSOR, CURSOR_DIM -> "0;7";
            case ERROR -> "0;1;4";
          };
    };
  }

  /** The character that is sent for one of a frame: itself, or its twin. */
  public int glyph(int c) {
    if (unicode || c < 128) {
      return c;
    }
    return switch (c) {
      case '\u2500', '\u2013', '\u2014' -> '-';
      case '\u2502' -> '|';
      case '\u203a', '\u25b6' -> '>';
      case '\u25cf', '\u2022' -> '*';
      case '\u25cb', '\u00b7' -> '.';
      case '\u2713' -> '+';
      case '\u2717' -> '!';
      case '\u2588' -> '#';
      case '\u2591' -> '-';
      case '\u2026' -> '~';
      case '\u2191' -> '^';
      case '\u2193' -> 'v';
      case '\u2018', '\u2019' -> '\'';
      case '\u201c', '\u201d' -> '"';
      default -> '?';
    };
  }
}
