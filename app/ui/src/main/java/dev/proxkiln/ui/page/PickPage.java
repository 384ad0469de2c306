package dev.proxkiln.ui.page;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.ui.screen.Frame;
import dev.proxkiln.ui.screen.Hint;
import dev.proxkiln.ui.screen.Ink;
import dev.proxkiln.ui.screen.Key;
import dev.proxkiln.ui.screen.Keys;
import dev.proxkiln.ui.screen.Next;
import dev.proxkiln.ui.screen.Page;
import dev.proxkiln.ui.screen.Sheet;
import dev.proxkiln.ui.screen.Size;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Choices of a setting: one, or several with marks; those of a category stand together. */
public final class PickPage implements Page {
  private final String trail;
  private final boolean several;
  private final SequencedSet<String> marked;
  private final Consumer<List<String>> take;
  private final Roll<Field.Choice> roll =
      new Roll<>(choice -> choice.value() + " " + choice.about() + " " + choice.category());
  private final int widest;

  /**
   * A list to choose from.
   *
   * @param chosen what is chosen already; what is no choice of the list stays chosen
   * @param take takes what was chosen
   */
  public PickPage(
      String trail,
      List<Field.Choice> choices,
      boolean several,
      Collection<String> chosen,
      Consumer<List<String>> take) {
    this.trail = trail;
    this.several = several;
    this.marked = new LinkedHashSet<>(chosen);
    this.take = take;
    List<Field.Choice> sorted = new ArrayList<>(choices);
    List<String> categories = choices.stream().map(Field.Choice::category).distinct().toList();
    if (categories.size() > 1) {
      sorted.sort(
          java.util.Comparator.comparingInt(choice -> categories.indexOf(choice.category())));
    }
    roll.fill(sorted);
    sorted.stream().filter(c -> marked.contains(c.value())).findFirst().ifPresent(roll::point);
    widest = sorted.stream().mapToInt(c -> Frame.width(c.value())).max().orElse(0);
  }

  @Override
  public Frame draw(Size size) {
    Sheet sheet = new Sheet(size, trail, several ? marked.size() + " chosen" : "").keys(hints());
    Frame frame = sheet.frame();
    roll.drawFilter(frame, sheet.top(), "choices");
    boolean categories = roll.all().stream().anyMatch(c -> !c.category().isEmpty());
    int about = 3 + (several ? 4 : 0) + Math.min(widest, 32) + 2;
    int edge = size.columns() - 1;
    int right = categories ? edge - 24 : edge;
    List<String> details =
        roll.current()
            .map(
                c ->
                    c.details().get().entrySet().stream()
                        .map(e -> String.format("%-12s %s", e.getKey(), e.getValue()))
                        .toList())
            .orElse(List.of());
    int end = sheet.bottom() - (details.isEmpty() ? 0 : details.size() + 1);
    roll.draw(
        frame,
        sheet.top() + 2,
        end,
        (choice, row, current) -> {
          int column = 3;
          boolean on = marked.contains(choice.value());
          if (several) {
            frame.put(row, column, on ? Ink.CHOSEN : Ink.PLAIN, on ? "[x]" : "[ ]");
            column += 4;
          }
          frame.put(row, column, about - 1, on ? Ink.CHOSEN : Ink.PLAIN, choice.value());
          frame.put(row, about, right, Ink.DIM, choice.about());
          if (categories) {
            frame.put(row, right + 1, edge, Ink.DIM, choice.category());
          }
          if (current) {
            Rows.current(frame, row);
          }
        });
    int row = end + 1;
    for (String detail : details) {
      frame.put(row++, 3, edge, Ink.DIM, detail);
    }
    return frame;
  }

  @Override
  public Next key(Key key) {
    if (several && Keys.MARK.is(key, typing())) {
      roll.current().map(Field.Choice::value).ifPresent(this::flip);
      return Next.stay();
    }
    if (several && Keys.ALL.is(key)) {
      List<String> values = roll.found().stream().map(Field.Choice::value).toList();
      if (marked.containsAll(values)) {
        values.forEach(marked::remove);
      } else {
        marked.addAll(values);
      }
      return Next.stay();
    }
    if (roll.key(key)) {
      return Next.stay();
    }
    if (Keys.ENTER.is(key)) {
      if (several) {
        take.accept(List.copyOf(marked));
      } else {
        roll.current().ifPresent(choice -> take.accept(List.of(choice.value())));
      }
      return Next.pop();
    }
    return Keys.BACK.is(key) || Keys.QUIT.is(key, typing()) ? Next.pop() : Next.stay();
  }

  private void flip(String value) {
    if (!marked.remove(value)) {
      marked.add(value);
    }
  }

  @Override
  public boolean typing() {
    return roll.finding();
  }

  @Override
  public List<Hint> hints() {
    List<Hint> hints = new ArrayList<>();
    hints.add(new Hint(Keys.ENTER, several ? "take them" : "choose"));
    if (several) {
      hints.add(new Hint(Keys.MARK, "mark"));
      hints.add(new Hint(Keys.ALL, "all"));
    }
    hints.add(new Hint(Keys.BACK, "back"));
    hints.add(new Hint(Keys.FIND, "find"));
    hints.add(new Hint(Keys.MOVE, "move"));
    return hints;
  }

  @Override
  public List<String> help() {
    return several
        ? List.of("Chosen: " + marked.stream().collect(Collectors.joining(", ")))
        : List.of();
  }
}
