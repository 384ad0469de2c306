package dev.proxkiln.cli.command;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Commands without a single flag, read without picocli. It is a class of its own because the AOT
 * cache loads whole classes early: beside picocli's types, these methods would drag them in.
 */
public final class PlainWords {
  private PlainWords() {}

  /** Words alone; empty where there are more of them than the command takes. */
  public static Optional<Flags.Given> read(Command command, List<String> words) {
    List<Field<?>> positional = positional(command.schema(Facts.none()));
    boolean open =
        !positional.isEmpty()
            && command.several().filter(positional.getLast().key()::equals).isPresent();
    if (words.size() > positional.size() && !open) {
      return Optional.empty();
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < words.size(); i++) {
      String key = positional.get(Math.min(i, positional.size() - 1)).key();
      values.merge(key, words.get(i), (before, more) -> before + "\n" + more);
    }
    return Optional.of(new Flags.Given(values, Switches.NONE));
  }

  /** The settings that may be given as words, in their order. */
  public static List<Field<?>> positional(Schema schema) {
    return schema.fields().stream()
        .filter(field -> field.position() > 0)
        .sorted(Comparator.comparingInt((Field<?> field) -> field.position()))
        .toList();
  }
}
