package dev.proxkiln.cli.run;

import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.spec.Checked;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Settings as a spec file that gives them again. What was given stands in it, what was a default is
 * told in a comment; secrets stand as references.
 */
public final class AnswerFile {
  private AnswerFile() {}

  /** Keeps the settings of a run beside its plan. */
  public static void keep(Wiring wiring, String run, String answers) {
    wiring
        .files()
        .write(wiring.runs().folder(run).resolve("answers.yaml").toString(), answers, 0640);
  }

  /** The settings of a call. */
  public static String text(Wiring wiring, Invocation invocation, Facts facts) {
    return text(
        wiring,
        invocation.command().specFor(),
        invocation.command().schema(facts),
        invocation.values(),
        facts);
  }

  /** The settings of a wish, which is one of several. */
  public static String text(Wiring wiring, Wish wish, Facts facts) {
    return text(wiring, wish.action().name(), wish.action().schema(facts), wish.values(), facts);
  }

  /**
   * Settings, with the defaults below.
   *
   * @param command what the spec file is for
   */
  private static String text(
      Wiring wiring, String command, Schema schema, Values values, Facts facts) {
    return text(wiring, command, schema, values, origin -> true)
        + defaults(wiring, schema, values, facts);
  }

  /**
   * Settings without their defaults.
   *
   * @param command what the spec file is for
   * @param wanted which origins count
   */
  public static String text(
      Wiring wiring, String command, Schema schema, Values values, Predicate<Origin> wanted) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("command", command);
    for (Field<?> field : schema.fields()) {
      values
          .find(field.key())
          .filter(value -> wanted.test(value.origin()))
          .ifPresent(value -> tree.put(field.key(), tree(field, value.raw())));
    }
    return wiring.yaml(tree);
  }

  /** A value as a tree: lists as lists. */
  public static Object tree(Field<?> field, String raw) {
    return field.type().many()
        ? Arrays.stream(canonical(field, raw).split("\n")).filter(l -> !l.isBlank()).toList()
        : raw;
  }

  /** One entry a line, however the user separated them. */
  private static <T> String canonical(Field<T> field, String raw) {
    try {
      return field.type().print().apply(field.type().parse().apply(raw));
    } catch (BadValue e) {
      return raw;
    }
  }

  private static String defaults(Wiring wiring, Schema schema, Values values, Facts facts) {
    if (!(schema.read(values, facts) instanceof Checked.Valid<Answers>(Answers answers))) {
      return "";
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    for (Field<?> field : schema.fields()) {
      if (!answers.given(field)) {
        printed(field, answers).ifPresent(raw -> tree.put(field.key(), tree(field, raw)));
      }
    }
    if (tree.isEmpty()) {
      return "";
    }
    StringBuilder out = new StringBuilder("# By default:\n");
    wiring.yaml(tree).lines().forEach(line -> out.append("# ").append(line).append('\n'));
    return out.toString();
  }

  private static <T> Optional<String> printed(Field<T> field, Answers answers) {
    return answers.find(field).map(field.type().print());
  }
}
