package dev.proxkiln.cli.command;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a command line can be made of: commands, their flags, what their values can be. */
public final class Grammar {
  private static final String PLAN = "plan";
  static final String QUEUE = "queue add";

  private final List<Command> commands;

  public Grammar(List<Command> commands) {
    this.commands = commands.stream().filter(command -> !command.hidden()).toList();
  }

  /** A word and what it means. */
  public record Entry(String word, String about) {}

  /**
   * A flag.
   *
   * @param names short ones first
   * @param offer for its value
   * @param about its help
   */
  public record Flag(List<String> names, Offer offer, String about) {}

  /** A command line up to the cursor, understood as far as possible. */
  record Point(String command, boolean planning, int words, Optional<String> flag) {}

  /** Every command. */
  public List<Command> commands() {
    return commands;
  }

  Optional<Command> command(String name) {
    return commands.stream().filter(command -> command.name().equals(name)).findFirst();
  }

  /** Whether some words begin the name of a command. */
  private boolean begins(String words) {
    return commands.stream()
        .anyMatch(c -> c.name().equals(words) || c.name().startsWith(words + " "));
  }

  /** Understands the words before the cursor. */
  Point point(List<String> before) {
    String command = "";
    boolean planning = false;
    int words = 0;
    Optional<String> flag = Optional.empty();
    for (String word : before) {
      if (flag.isPresent()) {
        flag = Optional.empty();
      } else if (word.startsWith("-") && word.length() > 1) {
        flag = takesValue(command, planning, word) ? Optional.of(word) : Optional.empty();
      } else if (command.isEmpty() && !planning && word.equals(PLAN)) {
        planning = true;
      } else if (command.equals(QUEUE) && begins(word)) {
        command = word;
      } else if (words == 0 && begins(command.isEmpty() ? word : command + " " + word)) {
        command = command.isEmpty() ? word : command + " " + word;
      } else {
        words++;
      }
    }
    return new Point(command, planning, words, flag);
  }

  private boolean takesValue(String command, boolean planning, String flag) {
    Offer.Kind kind = offer(command, planning, flag).kind();
    return !flag.contains("=") && kind != Offer.Kind.NONE;
  }

  /** The words that can follow, with the summary of the command that they finish. */
  List<Entry> next(Point point) {
    List<Entry> entries = new ArrayList<>();
    String head =
        point.command().isEmpty() || point.command().equals(QUEUE) ? "" : point.command() + " ";
    for (Command command : commands) {
      if (!command.name().startsWith(head) || point.planning() && !command.plans()) {
        continue;
      }
      String rest = command.name().substring(head.length());
      String word = rest.split(" ")[0];
      if (!word.isEmpty() && entries.stream().noneMatch(entry -> entry.word().equals(word))) {
        entries.add(new Entry(word, rest.equals(word) ? command.summary() : ""));
      }
    }
    if (head.isEmpty() && !point.planning() && point.command().isEmpty()) {
      entries.add(new Entry(PLAN, "Print what a command would do, and change nothing."));
    }
    return entries;
  }

  /** The flags of a command, or those of all where there is none yet. */
  public List<Flag> flags(String command, boolean planning) {
    Command whole = command(command).orElseGet(Grammar::nothing);
    return Flags.shapes(whole, planning).stream()
        .map(
            shape ->
                new Flag(
                    shape.names(), offer(shape, whole, planning), firstSentence(shape.about())))
        .toList();
  }

  private static Command nothing() {
    return new Command.Own("", "", Schema.of(), true, invocation -> 0);
  }

  /** What the value of a flag can be; found without a parser for the flags of settings. */
  Offer offer(String command, boolean planning, String flag) {
    Command whole = command(command).orElseGet(Grammar::nothing);
    return setting(whole, planning, flag)
        .map(Offer::of)
        .orElseGet(
            () ->
                Flags.shapes(whole, planning).stream()
                    .filter(shape -> shape.names().contains(flag))
                    .findFirst()
                    .map(shape -> offer(shape, whole, planning))
                    .orElse(Offer.of(Offer.Kind.NONE)));
  }

  private static Offer offer(Flags.Shape shape, Command command, boolean planning) {
    if (!shape.valued()) {
      return Offer.of(Offer.Kind.NONE);
    }
    Optional<Field<?>> field = setting(command, planning, shape.name());
    if (field.isPresent()) {
      return Offer.of(field.get());
    }
    return shape.words().isEmpty()
        ? Offer.of(Offer.Kind.FILES)
        : new Offer(Offer.Kind.WORDS, shape.words());
  }

  /** The setting that a flag gives. */
  static Optional<Field<?>> setting(Command command, boolean planning, String flag) {
    if (flag.equals("-o") && !planning) {
      return Globals.SCHEMA.find("output");
    }
    if (!flag.startsWith("--") || planning && flag.equals("--output")) {
      return Optional.empty();
    }
    String key = flag.substring(2);
    return command.schema(Facts.none()).find(key).or(() -> Globals.SCHEMA.find(key));
  }

  /** The setting that the n-th word of a command gives, from 0. */
  static Optional<Field<?>> word(Command command, int index) {
    List<Field<?>> words = PlainWords.positional(command.schema(Facts.none()));
    if (index < words.size()) {
      return Optional.of(words.get(index));
    }
    return words.isEmpty()
        ? Optional.empty()
        : Optional.<Field<?>>of(words.getLast())
            .filter(
                last ->
                    last.type().many() || command.several().filter(last.key()::equals).isPresent());
  }

  /** Help as short as a list wants it. */
  public static String firstSentence(String text) {
    int end = text.indexOf(". ");
    String first =
        (end < 0 ? text : text.substring(0, end)).replaceAll(" \\(PROXKILN_\\w+\\)$", "");
    int semicolon = first.indexOf("; ");
    String brief = semicolon < 0 ? first : first.substring(0, semicolon);
    return brief.endsWith(".") ? brief.substring(0, brief.length() - 1) : brief;
  }
}
