package dev.proxkiln.ui.screen;

import java.util.List;

/**
 * A key that was pressed.
 *
 * @param kind which
 * @param text what was typed, for {@link Kind#TEXT} and {@link Kind#PASTE}; the letter for {@link
 *     Kind#CONTROL}; else empty
 */
public record Key(Kind kind, String text) {

  /** Sorts of keys. */
  public enum Kind {
    /** A character. */
    TEXT,
    /** Text from the clipboard; line ends are in it. */
    PASTE,
    /** A letter with Ctrl held. */
    CONTROL,
    ENTER,
    ESCAPE,
    TAB,
    BACK_TAB,
    BACKSPACE,
    DELETE,
    UP,
    DOWN,
    LEFT,
    RIGHT,
    HOME,
    END,
    PAGE_UP,
    PAGE_DOWN,
    F1,
    F2
  }

  /** A key that is no text. */
  public static Key of(Kind kind) {
    return new Key(kind, "");
  }

  /** A character. */
  public static Key of(char c) {
    return new Key(Kind.TEXT, String.valueOf(c));
  }

  /** A letter with Ctrl held. */
  public static Key control(char letter) {
    return new Key(Kind.CONTROL, String.valueOf(letter));
  }

  public static Key paste(String text) {
    return new Key(Kind.PASTE, text);
  }

  /** The keys that type a text. */
  public static List<Key> typing(String text) {
    return text.codePoints().mapToObj(c -> new Key(Kind.TEXT, Character.toString(c))).toList();
  }

  /** Whether it puts text into a field. */
  public boolean types() {
    return kind == Kind.TEXT || kind == Kind.PASTE;
  }
}
