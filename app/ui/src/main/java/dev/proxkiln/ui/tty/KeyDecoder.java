package dev.proxkiln.ui.tty;

import dev.proxkiln.ui.screen.Key;
import java.io.IOException;
import java.util.Optional;

/**
 * Turns what a terminal sends into keys. Sequences that mean nothing to us are dropped whole, so
 * that none of their letters is taken for a key.
 */
final class KeyDecoder {
  /** What {@link Characters#read} gives when nothing came in time. */
  static final int NOTHING = -2;

  /** What it gives when nothing will come any more. */
  static final int GONE = -1;

  /** A lone Esc is one when nothing follows for this long, in milliseconds. */
  private static final long PATIENCE = 50;

  private static final int ESCAPE = 27;
  private static final String PASTE_END = "\u001b[201~";
  private static final int LONGEST_PASTE = 1 << 20;

  private final Characters characters;

  /** Where characters come from. */
  @FunctionalInterface
  interface Characters {
    /**
     * The next character.
     *
     * @param patience in milliseconds; 0 waits for ever
     * @return a UTF-16 unit, {@link #NOTHING} or {@link #GONE}
     */
    int read(long patience) throws IOException;
  }

  KeyDecoder(Characters characters) {
    this.characters = characters;
  }

  /** The next key; empty when the terminal is gone. */
  Optional<Key> next() throws IOException {
    while (true) {
      int c = characters.read(0);
      if (c == GONE) {
        return Optional.empty();
      }
      Optional<Key> key = c == NOTHING ? Optional.empty() : key(c);
      if (key.isPresent()) {
        return key;
      }
    }
  }

  private Optional<Key> key(int c) throws IOException {
    return switch (c) {
      case ESCAPE -> escape();
      case '\r', '\n' -> Optional.of(Key.of(Key.Kind.ENTER));
      case '\t' -> Optional.of(Key.of(Key.Kind.TAB));
      case 8, 127 -> Optional.of(Key.of(Key.Kind.BACKSPACE));
      default -> {
        if (c < 27 && c > 0) {
          yield Optional.of(Key.control((char) ('a' + c - 1)));
        }
        if (c < 32) {
          yield Optional.empty();
        }
        if (Character.isHighSurrogate((char) c)) {
          int low = characters.read(PATIENCE);
          yield low > 0 && Character.isLowSurrogate((char) low)
              ? Optional.of(text(Character.toCodePoint((char) c, (char) low)))
              : Optional.empty();
        }
        yield Optional.of(text(c));
      }
    };
  }

  private static Key text(int codePoint) {
    return new Key(Key.Kind.TEXT, Character.toString(codePoint));
  }

  private Optional<Key> escape() throws IOException {
    int c = characters.read(PATIENCE);
    return switch (c) {
      case NOTHING, GONE -> Optional.of(Key.of(Key.Kind.ESCAPE));
      case '[' -> controlSequence();
      case 'O' -> named(characters.read(PATIENCE), "");
      case ESCAPE -> Optional.of(Key.of(Key.Kind.ESCAPE));
      // Alt with a letter: we have no such keys.
      default -> Optional.empty();
    };
  }

  /** ECMA-48: parameters, intermediates, and a final character from {@code @} to {@code ~}. */
  private Optional<Key> controlSequence() throws IOException {
    StringBuilder parameters = new StringBuilder();
    while (true) {
      int c = characters.read(PATIENCE);
      if (c == NOTHING || c == GONE) {
        return Optional.empty();
      }
      if (c == '[' && parameters.isEmpty()) {
        // The Linux console's function keys: ESC [ [ A.
        int letter = characters.read(PATIENCE);
        return switch (letter) {
          case 'A' -> Optional.of(Key.of(Key.Kind.F1));
          case 'B' -> Optional.of(Key.of(Key.Kind.F2));
          default -> Optional.empty();
        };
      }
      if (c >= '@' && c <= '~') {
        return named(c, parameters.toString());
      }
      parameters.append((char) c);
      if (parameters.length() > 64) {
        return Optional.empty();
      }
    }
  }

  private Optional<Key> named(int last, String parameters) throws IOException {
    String number = parameters.split(";", -1)[0];
    return switch (last) {
      case 'A' -> Optional.of(Key.of(Key.Kind.UP));
      case 'B' -> Optional.of(Key.of(Key.Kind.DOWN));
      case 'C' -> Optional.of(Key.of(Key.Kind.RIGHT));
      case 'D' -> Optional.of(Key.of(Key.Kind.LEFT));
      case 'H' -> Optional.of(Key.of(Key.Kind.HOME));
      case 'F' -> Optional.of(Key.of(Key.Kind.END));
      case 'P' -> Optional.of(Key.of(Key.Kind.F1));
      case 'Q' -> Optional.of(Key.of(Key.Kind.F2));
      case 'M' -> Optional.of(Key.of(Key.Kind.ENTER));
      case 'Z' -> Optional.of(Key.of(Key.Kind.BACK_TAB));
      case '~' ->
          switch (number) {
            case "1", "7" -> Optional.of(Key.of(Key.Kind.HOME));
            case "4", "8" -> Optional.of(Key.of(Key.Kind.END));
            case "3" -> Optional.of(Key.of(Key.Kind.DELETE));
            case "5" -> Optional.of(Key.of(Key.Kind.PAGE_UP));
            case "6" -> Optional.of(Key.of(Key.Kind.PAGE_DOWN));
            case "11" -> Optional.of(Key.of(Key.Kind.F1));
            case "12" -> Optional.of(Key.of(Key.Kind.F2));
            case "200" -> Optional.of(paste());
            default -> Optional.empty();
          };
      default -> Optional.empty();
    };
  }

  private Key paste() throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.length() < LONGEST_PASTE) {
      int c = characters.read(PATIENCE * 20);
      if (c == NOTHING || c == GONE) {
        break;
      }
      text.append((char) c);
      if (c == '~' && text.indexOf(PASTE_END, text.length() - PASTE_END.length()) >= 0) {
        text.setLength(text.length() - PASTE_END.length());
        break;
      }
    }
    return Key.paste(text.toString().replace("\r\n", "\n").replace('\r', '\n'));
  }
}
