package dev.proxkiln.ui.run;

import dev.proxkiln.ui.screen.Frame;
import dev.proxkiln.ui.screen.Hint;
import dev.proxkiln.ui.screen.Ink;
import dev.proxkiln.ui.screen.Key;
import dev.proxkiln.ui.screen.Keys;
import dev.proxkiln.ui.screen.Next;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Things to choose from, a row each with its key: by the key, or by moving and Enter. */
final class Choices {
  private static final int LABEL = 7;
  private static final int ABOUT = 31;

  private List<Choice> all = List.of();
  private int cursor;

  /**
   * Something to choose.
   *
   * @param keys its key; empty where it has none of its own
   * @param about what it does
   */
  record Choice(Optional<Keys> keys, String label, String about, Supplier<Next> act) {
    static Choice of(Keys keys, String label, String about, Supplier<Next> act) {
      return new Choice(Optional.of(keys), label, about, act);
    }

    static Choice of(String label, String about, Supplier<Next> act) {
      return new Choice(Optional.empty(), label, about, act);
    }
  }

  /** Other choices; the cursor stays where it is as far as there are so many. */
  void set(List<Choice> choices) {
    all = List.copyOf(choices);
    cursor = Math.clamp(cursor, 0, Math.max(0, all.size() - 1));
  }

  /** The cursor on the first. */
  void first() {
    cursor = 0;
  }

  int count() {
    return all.size();
  }

  /** Draws them from a row on; as many as there is room for, those around the cursor. */
  void draw(Frame frame, int row, int end) {
    int height = Math.max(1, end - row);
    int top = Math.clamp(cursor - height + 1, 0, Math.max(0, all.size() - height));
    for (int i = top; i < Math.min(all.size(), top + height); i++) {
      draw(frame, row + i - top, all.get(i), i == cursor);
    }
  }

  private static void draw(Frame frame, int row, Choice choice, boolean current) {
    int edge = frame.size().columns() - 1;
    Ink ink = current ? Ink.CURSOR : Ink.PLAIN;
    if (current) {
      frame.tint(row, 0, frame.size().columns(), Ink.CURSOR);
      frame.put(row, 1, Ink.CURSOR, "\u203a");
    }
    choice.keys().ifPresent(k -> frame.put(row, 4, current ? ink : Ink.KEY, k.shown()));
    int label = choice.keys().isPresent() ? LABEL : 4;
    frame.put(row, label, choice.about().isEmpty() ? edge : ABOUT, ink, choice.label());
    int about = Math.max(ABOUT, label + Frame.width(choice.label()) + 2);
    frame.put(row, about, edge, current ? Ink.CURSOR_DIM : Ink.DIM, choice.about());
  }

  /** Takes a key; empty where it is none of theirs. */
  Optional<Next> key(Key key) {
    if (Keys.UP.is(key)) {
      cursor = Math.max(0, cursor - 1);
      return Optional.of(Next.stay());
    }
    if (Keys.DOWN.is(key)) {
      cursor = Math.clamp(cursor + 1, 0, Math.max(0, all.size() - 1));
      return Optional.of(Next.stay());
    }
    if (Keys.ENTER.is(key) && !all.isEmpty()) {
      return Optional.of(all.get(cursor).act().get());
    }
    return all.stream()
        .filter(choice -> choice.keys().filter(keys -> keys.is(key)).isPresent())
        .findFirst()
        .map(choice -> choice.act().get());
  }

  /** What can be pressed. */
  List<Hint> hints() {
    return Stream.concat(
            Stream.of(new Hint(Keys.MOVE, "choose"), new Hint(Keys.ENTER, "do it")),
            all.stream()
                .flatMap(choice -> choice.keys().stream().map(k -> new Hint(k, choice.label()))))
        .toList();
  }
}
