package dev.proxkiln.ui.line;

import dev.proxkiln.ui.Look;
import dev.proxkiln.ui.Terminal;
import dev.proxkiln.ui.screen.Sheet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A menu of numbered lines. */
public final class LineMenu {
  private final Terminal.Line line;
  private final Look look;

  /** A menu on a terminal. */
  public LineMenu(Terminal.Line line, Look look) {
    this.line = line;
    this.look = look;
  }

  /**
   * Something to choose.
   *
   * @param title what it is called
   * @param about one sentence, may be empty
   * @param words what is called when it is chosen; empty where it leads to others
   * @param items what it leads to
   */
  public record Item(String title, String about, List<String> words, List<Item> items) {
    public Item {
      words = List.copyOf(words);
      items = List.copyOf(items);
    }
  }

  /**
   * Lets something be chosen by its number or by a part of its title.
   *
   * @return the words to call, empty words for a command line, nothing when the user leaves
   */
  public Optional<List<String>> choose(String heading, List<Item> items) {
    while (true) {
      Optional<Item> chosen = one(heading, items, "quit");
      if (chosen.isEmpty()) {
        return Optional.empty();
      }
      if (chosen.get().items().isEmpty()) {
        return Optional.of(chosen.get().words());
      }
      Optional<Item> inner = one(chosen.get().title(), chosen.get().items(), "back");
      if (inner.isPresent()) {
        return Optional.of(inner.get().words());
      }
    }
  }

  private Optional<Item> one(String heading, List<Item> items, String away) {
    line.out().println();
    line.out().println(look.fit(heading));
    int widest = items.stream().mapToInt(item -> item.title().length()).max().orElse(0);
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      String head = look.fit(String.format("  %2d  %-" + widest + "s  ", i + 1, item.title()));
      int room = Math.max(20, look.width().getAsInt() - head.length() - 1);
      // A terminal would break it within a word.
      for (String part : Sheet.wrap(look.fit(item.about()), room, 9)) {
        line.out().println((head + part).stripTrailing());
        head = " ".repeat(head.length());
      }
      if (item.about().isBlank()) {
        line.out().println(head.stripTrailing());
      }
    }
    while (true) {
      Optional<String> said =
          line.read("A number, a part of a name, \":\" for a command line, or \"" + away + "\": ")
              .map(String::strip);
      if (said.isEmpty() || List.of("quit", "back", "q").contains(said.get())) {
        return Optional.empty();
      }
      if (said.get().equals(":")) {
        return Optional.of(new Item(":", "", List.of(), List.of()));
      }
      List<Item> meant = meant(items, said.get());
      if (meant.size() == 1) {
        return Optional.of(meant.getFirst());
      }
      line.out()
          .println(
              meant.isEmpty()
                  ? "  ! Type a number from 1 to " + items.size() + "."
                  : "  ! Several have that in their name.");
    }
  }

  private static List<Item> meant(List<Item> items, String said) {
    if (said.matches("\\d{1,3}")) {
      int number = Integer.parseInt(said);
      return number >= 1 && number <= items.size() ? List.of(items.get(number - 1)) : List.of();
    }
    if (said.isEmpty()) {
      return List.of();
    }
    String part = said.toLowerCase(Locale.ROOT);
    List<Item> exact = items.stream().filter(item -> item.title().equals(part)).toList();
    return exact.isEmpty()
        ? items.stream()
            .filter(item -> item.title().toLowerCase(Locale.ROOT).contains(part))
            .toList()
        : exact;
  }
}
