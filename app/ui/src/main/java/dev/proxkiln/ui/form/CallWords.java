package dev.proxkiln.ui.form;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.plan.ShellWords;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The words that call a command with some values: only what was given, and not what settings files
 * and the environment give again by themselves.
 */
public final class CallWords {
  private CallWords() {}

  /**
   * The words, without the program's own name.
   *
   * @param command for example {@code template create}
   * @param values as given, pointers not followed; a password that is no {@code secret:NAME} is
   *     written as one named after its setting
   */
  public static List<String> of(String command, Schema schema, Values values) {
    List<String> words = new ArrayList<>(List.of(command.split(" ")));
    List<Field<?>> given =
        schema.fields().stream()
            .filter(field -> values.find(field.key()).filter(v -> isOwn(v.origin())).isPresent())
            .toList();
    given.stream()
        .filter(field -> field.position() > 0)
        .sorted(Comparator.comparingInt((Field<?> field) -> field.position()))
        .forEach(field -> words.addAll(entries(values, field)));
    for (Field<?> field : given) {
      if (field.position() == 0) {
        words.addAll(flag(field, values));
      }
    }
    return words;
  }

  /** Words as one line for a shell. */
  public static String line(List<String> words) {
    return words.stream().map(ShellWords::quote).collect(Collectors.joining(" "));
  }

  private static boolean isOwn(Origin origin) {
    return switch (origin.kind()) {
      case TYPED, FLAG, SPEC_FILE -> true;
      case DEFAULT, CLUSTER_FILE, SYSTEM_FILE, USER_FILE, PROJECT_FILE, PROFILE, ENVIRONMENT ->
          false;
    };
  }

  private static List<String> flag(Field<?> field, Values values) {
    String flag = "--" + field.key();
    if (field.type().name().equals("FLAG")) {
      boolean yes = Shown.value(field, raw(values, field)).equals("yes");
      return List.of(yes ? flag : "--no-" + field.key());
    }
    List<String> words = new ArrayList<>();
    for (String entry : entries(values, field)) {
      words.add(flag);
      words.add(entry);
    }
    return words;
  }

  private static List<String> entries(Values values, Field<?> field) {
    String raw = raw(values, field);
    if (field.source().hidden() && !raw.startsWith("secret:")) {
      return List.of("secret:" + field.key());
    }
    List<String> lines = raw.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    return field.type().many() || field.position() > 0 ? lines : List.of(raw);
  }

  private static String raw(Values values, Field<?> field) {
    return values.find(field.key()).map(Values.Value::raw).orElse("");
  }
}
