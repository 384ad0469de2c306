package dev.proxkiln.cli.command;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.problem.ProblemException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Says what a word of a command line can become. */
public final class Completer {
  private final Grammar grammar;
  private final Supplier<List<String>> secrets;
  private final Function<String, List<String>> kept;
  private final Function<List<String>, Facts> target;

  /**
   * A completer.
   *
   * @param secrets names of the secrets that are kept
   * @param kept other names that are kept, by the settings of {@link Offer#KEPT}
   * @param target facts of the target that some words mean, or none; may take a moment
   */
  public Completer(
      Grammar grammar,
      Supplier<List<String>> secrets,
      Function<String, List<String>> kept,
      Function<List<String>, Facts> target) {
    this.grammar = grammar;
    this.secrets = secrets;
    this.kept = kept;
    this.target = target;
  }

  /**
   * What there is.
   *
   * @param entries whole words
   * @param files whether names of files are right too
   */
  public record Answer(List<Grammar.Entry> entries, boolean files) {}

  /**
   * Completes the last of some words, the program's own name not among them.
   *
   * @param words at least one; the last may be empty
   */
  public Answer answer(List<String> words) {
    List<String> before = words.subList(0, words.size() - 1);
    String current = words.getLast();
    Grammar.Point point = grammar.point(before);
    if (point.flag().isPresent()) {
      return value(point, point.flag().get(), current, "", words);
    }
    int equals = current.indexOf('=');
    if (current.startsWith("--") && equals > 0) {
      String flag = current.substring(0, equals);
      return value(point, flag, current.substring(equals + 1), flag + "=", words);
    }
    if (current.startsWith("-")) {
      List<Grammar.Entry> flags = new ArrayList<>();
      for (Grammar.Flag flag : grammar.flags(point.command(), point.planning())) {
        flag.names().forEach(name -> flags.add(new Grammar.Entry(name, flag.about())));
      }
      return new Answer(fitting(flags, current), false);
    }
    List<Grammar.Entry> entries = new ArrayList<>();
    if (point.words() == 0) {
      entries.addAll(fitting(grammar.next(point), current));
    }
    Optional<Field<?>> field =
        grammar.command(point.command()).flatMap(c -> Grammar.word(c, point.words()));
    if (field.isEmpty()) {
      return new Answer(entries, false);
    }
    Answer more = value(field.get(), Offer.of(field.get()), current, "", words);
    entries.addAll(more.entries());
    return new Answer(entries, more.files());
  }

  private Answer value(
      Grammar.Point point, String flag, String current, String prefix, List<String> words) {
    Offer offer = grammar.offer(point.command(), point.planning(), flag);
    Optional<Field<?>> field =
        grammar.command(point.command()).flatMap(c -> Grammar.setting(c, point.planning(), flag));
    if (field.isPresent()) {
      return value(field.get(), offer, current, prefix, words);
    }
    return new Answer(
        fitting(offer.words().stream().map(w -> new Grammar.Entry(w, "")).toList(), current),
        offer.kind() == Offer.Kind.FILES);
  }

  private Answer value(
      Field<?> field, Offer offer, String current, String prefix, List<String> words) {
    List<Grammar.Entry> known =
        switch (offer.kind()) {
          case NONE, TEXT, FILES -> List.of();
          case WORDS -> offer.words().stream().map(w -> new Grammar.Entry(w, "")).toList();
          case ASK -> asked(field, current, words);
        };
    List<Grammar.Entry> found =
        fitting(known, current).stream()
            .map(entry -> new Grammar.Entry(prefix + entry.word(), entry.about()))
            .toList();
    boolean files =
        offer.kind() == Offer.Kind.FILES || offer.kind() == Offer.Kind.ASK && points(field);
    return new Answer(found, files);
  }

  private static boolean points(Field<?> field) {
    return Offer.of(Field.of(field.key(), "", field.type(), "").from(field.source())).kind()
        == Offer.Kind.FILES;
  }

  private List<Grammar.Entry> asked(Field<?> field, String current, List<String> words) {
    if (field.source().hidden()) {
      return secrets.get().stream().map(n -> new Grammar.Entry("secret:" + n, "")).toList();
    }
    try {
      if (Offer.KEPT.contains(field.key())) {
        return kept.apply(field.key()).stream().map(n -> new Grammar.Entry(n, "")).toList();
      }
      List<Field.Choice> choices = field.choices().apply(Facts.none());
      if (choices.isEmpty()) {
        choices = field.choices().apply(target.apply(words));
      }
      Map<String, Grammar.Entry> entries = new LinkedHashMap<>();
      for (Field.Choice choice : choices) {
        entries.put(choice.value(), new Grammar.Entry(choice.value(), choice.about()));
        // A guest is known by its ID and by its name.
        if (!current.isEmpty()
            && choice.about().startsWith(current)
            && takes(field, choice.about())) {
          entries.putIfAbsent(choice.about(), new Grammar.Entry(choice.about(), choice.value()));
        }
      }
      return List.copyOf(entries.values());
    } catch (ProblemException e) {
      // Completion never complains: the command itself will.
      return List.of();
    }
  }

  private static boolean takes(Field<?> field, String text) {
    try {
      return field.type().parse().apply(text) != null;
    } catch (BadValue e) {
      return false;
    }
  }

  private static List<Grammar.Entry> fitting(List<Grammar.Entry> entries, String current) {
    return entries.stream().filter(entry -> entry.word().startsWith(current)).toList();
  }
}
