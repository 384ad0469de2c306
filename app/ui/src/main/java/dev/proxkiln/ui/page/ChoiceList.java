package dev.proxkiln.ui.page;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.ui.form.Form;
import dev.proxkiln.ui.form.Question;
import dev.proxkiln.ui.screen.Frame;
import dev.proxkiln.ui.screen.Ink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The choices of what a command is about, as a whole page: images to make a template of, templates
 * to do something with. The other settings of the page are behind its last row.
 *
 * @param key the setting
 * @param thing what the choices are, for their number
 */
record ChoiceList(String key, String thing, Roll<Item> roll, int widest) {

  /**
   * A row.
   *
   * @param choice empty for the row that shows the other settings
   * @param rest how many those are
   */
  record Item(Optional<Field.Choice> choice, int rest) {}

  /** Whether a page begins with such a list: its first setting is what the command is about. */
  static boolean heads(Form.Page page, Form form) {
    Question first = page.questions().getFirst();
    return first.field().position() == 1
        && !Widget.of(first, form.reader().facts()).equals(Widget.CHOICE)
        && !Widget.choices(first.field(), form.reader().facts()).isEmpty();
  }

  /**
   * The list of a page, where there is one.
   *
   * @param latest what was chosen the last time: the list begins there, unless something is chosen
   */
  static Optional<ChoiceList> of(Form.Page page, Form form, Optional<String> latest) {
    if (!heads(page, form)) {
      return Optional.empty();
    }
    Question first = page.questions().getFirst();
    List<Field.Choice> choices = Widget.choices(first.field(), form.reader().facts());
    List<Item> items = new ArrayList<>();
    choices.forEach(choice -> items.add(new Item(Optional.of(choice), 0)));
    int rest = page.questions().size() - 1;
    if (rest > 0) {
      items.add(new Item(Optional.empty(), rest));
    }
    Roll<Item> roll =
        new Roll<>(
            item ->
                item.choice()
                    .map(c -> c.value() + " " + c.about() + " " + c.category())
                    .orElse("other settings"));
    roll.fill(items);
    find(items, choice -> Optional.of(choice.value()).equals(first.text()))
        .or(() -> find(items, choice -> Optional.of(choice.value()).equals(latest)))
        .or(() -> find(items, Field.Choice::usual))
        .ifPresent(roll::point);
    int widest = choices.stream().mapToInt(c -> Frame.width(c.value())).max().orElse(0);
    String thing = first.field().label().toLowerCase(java.util.Locale.ROOT) + "s";
    return Optional.of(new ChoiceList(first.key(), thing, roll, Math.min(widest, 30)));
  }

  private static Optional<Item> find(List<Item> items, Predicate<Field.Choice> wanted) {
    return items.stream().filter(item -> item.choice().filter(wanted).isPresent()).findFirst();
  }

  void draw(Frame frame, int from, int bottom) {
    int edge = frame.size().columns() - 1;
    roll.drawFilter(frame, from, thing);
    List<String> details = new ArrayList<>();
    roll.current()
        .flatMap(Item::choice)
        .ifPresent(
            choice ->
                choice
                    .details()
                    .get()
                    .forEach((name, text) -> details.add(String.format("%-12s%s", name, text))));
    int end = details.isEmpty() ? bottom : Math.max(from + 5, bottom - details.size() - 2);
    roll.draw(
        frame,
        from + 1,
        end,
        (item, row, current) -> {
          if (item.choice().isPresent()) {
            Field.Choice choice = item.choice().get();
            frame.put(row, 3, 3 + widest, Ink.PLAIN, choice.value());
            // The last column is that of the arrows, which say that there are more rows.
            int about = edge - 2 - Frame.width(choice.category());
            frame.put(row, 3 + widest + 2, about, Ink.DIM, choice.about());
            frame.putRight(row, edge - 1, Ink.DIM, choice.category());
          } else {
            frame.put(row, 3, Ink.PLAIN, "Something else \u2026");
            String rest = item.rest() == 1 ? "1 more setting" : item.rest() + " more settings";
            frame.putRight(row, edge - 1, Ink.DIM, rest);
          }
          if (current) {
            Rows.current(frame, row);
          }
        });
    int row = end + 1;
    if (!details.isEmpty() && row < bottom) {
      String name = roll.current().flatMap(Item::choice).map(Field.Choice::value).orElse("");
      frame.put(row++, 3, Ink.HEADING, "About " + name);
      for (String detail : details) {
        if (row < bottom) {
          frame.put(row++, 5, edge, Ink.DIM, detail);
        }
      }
    }
  }
}
