package dev.proxkiln.cli.queue;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.cli.command.KnownSettings;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.cli.run.Wish;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.config.Document;
import dev.proxkiln.config.Layers;
import dev.proxkiln.config.Sources;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Nearest;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.spec.Checked;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads wishes from the documents of spec files. */
public final class Wishes {
  /** What a document is for that does not say it. */
  private static final String USUAL = "template create";

  private final Wiring wiring;
  private final List<Problem> problems = new ArrayList<>();

  public Wishes(Wiring wiring) {
    this.wiring = wiring;
  }

  /**
   * Every wish of some files.
   *
   * @throws ProblemException everything that is wrong with any of them
   */
  public static List<Wish> read(Wiring wiring, List<String> files) {
    Wishes wishes = new Wishes(wiring);
    List<Wish> all = new ArrayList<>();
    Layers layers = wiring.layers();
    for (String file : files) {
      try {
        for (Document document : layers.documents(file)) {
          all.addAll(wishes.of(layers, document));
        }
      } catch (ProblemException e) {
        wishes.problems.addAll(e.problems());
      }
    }
    if (!wishes.problems.isEmpty()) {
      throw new ProblemException(wishes.problems.stream().distinct().toList());
    }
    return all;
  }

  private List<Wish> of(Layers layers, Document document) {
    String words = document.command().orElse(USUAL);
    Optional<Action<?>> action = action(words);
    if (action.isEmpty()) {
      List<String> names = wiring.commands().stream().map(Command::name).toList();
      problems.add(
          CliSlug.UNKNOWN_COMMAND.problem(
              "command in " + document.name(),
              "There is no command '" + words + "' that makes anything.",
              "",
              Nearest.to(words, names)
                  .map(near -> "Did you mean '" + near + "'?")
                  .orElse("See: proxkiln help")));
      return List.of();
    }
    document.keys().stream()
        .filter(key -> KnownSettings.GENERAL.find(key).isPresent())
        .forEach(key -> problems.add(global(key, document)));
    Schema schema = action.get().schema(Facts.none());
    Checked<Values> values = layers.read(wiring.request(words, schema), List.of(document));
    return switch (values) {
      case Checked.Invalid<Values>(List<Problem> wrong) -> {
        problems.addAll(wrong);
        yield List.of();
      }
      case Checked.Valid<Values>(Values given) ->
          each(action.get(), schema, Layers.without(given, KnownSettings.GENERAL));
    };
  }

  private List<Wish> each(Action<?> action, Schema schema, Values values) {
    Sources.Resolved resolved = wiring.sources().follow(schema, values);
    problems.addAll(resolved.problems());
    return switch (action.each(resolved.values())) {
      case Checked.Invalid<List<Values>>(List<Problem> wrong) -> {
        problems.addAll(wrong);
        yield List.of();
      }
      case Checked.Valid<List<Values>>(List<Values> all) ->
          all.stream().map(one -> Wish.of(action, one, resolved.aside())).toList();
    };
  }

  /** The action that some words call. */
  public Optional<Action<?>> action(String words) {
    return wiring.commands().stream()
        .filter(command -> command.name().equals(words))
        .filter(Command.Acts.class::isInstance)
        .<Action<?>>map(command -> ((Command.Acts) command).action())
        .findFirst();
  }

  private static Problem global(String key, Document document) {
    return CoreSlug.INVALID_VALUE.problem(
        key + " in " + document.name(),
        "'" + key + "' counts for the whole call, not for one document.",
        "",
        Globals.SCHEMA.find(key).isPresent()
            ? "Give --" + key + " on the command line."
            : "Set it with: proxkiln config set " + key);
  }
}
