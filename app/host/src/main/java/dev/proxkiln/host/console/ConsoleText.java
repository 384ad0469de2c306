package dev.proxkiln.host.console;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The last lines of what a terminal was sent, as plain text: escape sequences (ECMA-48) and control
 * characters are taken out, wherever the pieces of the stream are cut.
 */
final class ConsoleText {
  private static final int LONGEST_LINE = 4096;

  /** Where in an escape sequence the stream is. */
  private enum State {
    TEXT,
    ESCAPE,
    /** {@code ESC [} up to its final byte. */
    CONTROL,
    /** {@code ESC ]} and the like up to BEL or {@code ESC \}. */
    STRING,
    STRING_ESCAPE,
    /** {@code ESC (} and the like, one byte more. */
    CHARSET
  }

  private final int most;
  private final Deque<String> lines = new ArrayDeque<>();
  private final StringBuilder current = new StringBuilder();
  private State state = State.TEXT;

  /** A text of at most so many lines. */
  ConsoleText(int most) {
    this.most = most;
  }

  synchronized void add(CharSequence text) {
    text.chars().forEach(c -> add((char) c));
  }

  /** The last lines, the unfinished one included. */
  synchronized List<String> tail(int count) {
    List<String> all = new ArrayList<>(lines);
    if (!current.isEmpty()) {
      all.add(current.toString());
    }
    return List.copyOf(all.subList(Math.max(0, all.size() - count), all.size()));
  }

  private void add(char c) {
    state =
        switch (state) {
          case TEXT -> text(c);
          case ESCAPE ->
              switch (c) {
                case '[' -> State.CONTROL;
                case ']', 'P', 'X', '^', '_' -> State.STRING;
                case '(', ')', '*', '+', '#', '%' -> State.CHARSET;
                default -> State.TEXT;
              };
          case CONTROL -> c >= 0x40 && c <= 0x7e ? State.TEXT : State.CONTROL;
          case STRING -> c == 7 ? State.TEXT : c == 27 ? State.STRING_ESCAPE : State.STRING;
          case STRING_ESCAPE, CHARSET -> State.TEXT;
        };
  }

  private State text(char c) {
    if (c == 27) {
      return State.ESCAPE;
    }
    if (c == '\n' || current.length() >= LONGEST_LINE) {
      lines.add(current.toString().stripTrailing());
      current.setLength(0);
      if (lines.size() > most) {
        lines.removeFirst();
      }
    }
    if (c == '\t' || (c >= ' ' && c != 0x7f)) {
      current.append(c);
    }
    return State.TEXT;
  }
}
