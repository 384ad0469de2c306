package dev.proxkiln.ui.page;

import dev.proxkiln.ui.screen.Frame;
import dev.proxkiln.ui.screen.Ink;
import dev.proxkiln.ui.screen.Key;
import dev.proxkiln.ui.screen.Keys;

/** A line of text that is typed. */
final class Line {
  private final StringBuilder text;
  private int caret;

  Line(String start) {
    text = new StringBuilder(start);
    caret = text.length();
  }

  String text() {
    return text.toString();
  }

  /** Takes a key that types or moves in the text; whether it did. */
  boolean key(Key key) {
    if (key.types()) {
      String more = key.text();
      text.insert(caret, more);
      caret += more.length();
    } else if (Keys.RUB_OUT.is(key)) {
      if (caret > 0) {
        int from = text.offsetByCodePoints(caret, -1);
        text.delete(from, caret);
        caret = from;
      }
    } else if (Keys.RUB_ALL.is(key)) {
      text.setLength(0);
      caret = 0;
    } else if (Keys.LEFT.is(key)) {
      caret = caret > 0 ? text.offsetByCodePoints(caret, -1) : 0;
    } else if (Keys.RIGHT.is(key)) {
      caret = caret < text.length() ? text.offsetByCodePoints(caret, 1) : caret;
    } else if (Keys.FIRST.is(key, true)) {
      caret = 0;
    } else if (Keys.LAST.is(key, true)) {
      caret = text.length();
    } else {
      return false;
    }
    return true;
  }

  /** Draws the part around the caret. */
  void draw(Frame frame, int row, int column, int end, Ink ink, boolean current) {
    draw(frame, row, column, end, ink, current, text());
  }

  /** The same with a star for each character. */
  void drawHidden(Frame frame, int row, int column, int end, Ink ink, boolean current) {
    draw(frame, row, column, end, ink, current, "*".repeat(text.length()));
  }

  private void draw(
      Frame frame, int row, int column, int end, Ink ink, boolean current, String shown) {
    int room = Math.max(1, end - column - 1);
    int from = Math.clamp(caret - room, 0, shown.length());
    String part = shown.substring(from);
    frame.put(row, column, end, ink, part);
    if (current) {
      int at = column + Frame.width(shown.substring(from, Math.min(shown.length(), caret)));
      frame.caret(row, Math.min(at, end - 1));
    }
  }
}
