package dev.proxkiln.cli.call;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Offer;
import dev.proxkiln.config.Sources;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.core.spec.Spec;
import dev.proxkiln.ui.form.Reader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.commons.codec.digest.Sha2Crypt;

/** Lets a form ask for the settings of a command. */
public final class FormReader implements Reader {
  private final Command command;
  private final Facts facts;
  private final Schema schema;
  private final Sources sources;

  /** What a value pointed to when it was followed; a form follows it after every change. */
  private final Map<Values, Sources.Resolved> followed = new HashMap<>();

  /**
   * A reader.
   *
   * @param kept names that this machine keeps, by the settings of {@link Offer#KEPT}
   */
  public FormReader(
      Command command, Facts facts, Sources sources, Function<String, List<String>> kept) {
    this.command = command;
    this.facts = facts;
    this.schema = choosing(command.schema(facts), kept);
    this.sources = sources;
  }

  /** What names something that is kept is chosen from a list. */
  private static Schema choosing(Schema schema, Function<String, List<String>> kept) {
    return new Schema(
        schema.pages().stream()
            .map(
                page ->
                    new Schema.Page(
                        page.title(),
                        page.area(),
                        page.fields().stream()
                            .<Field<?>>map(field -> choosing(field, kept))
                            .toList()))
            .toList());
  }

  private static <T> Field<T> choosing(Field<T> field, Function<String, List<String>> kept) {
    return Offer.KEPT.contains(field.key())
        ? field.choosing(
            facts ->
                kept.apply(field.key()).stream().map(name -> new Field.Choice(name, "")).toList())
        : field;
  }

  @Override
  public String command() {
    return command.name();
  }

  @Override
  public String summary() {
    return command.summary();
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public Facts facts() {
    return facts;
  }

  @Override
  public Optional<String> several() {
    return command.several();
  }

  /** Values with pointers followed, and the secrets that were put aside. */
  public Sources.Resolved resolve(Values values) {
    Map<String, Values.Value> pointing = new LinkedHashMap<>();
    for (Field<?> field : schema.fields()) {
      if (field.source() != Field.Source.TEXT) {
        values.find(field.key()).ifPresent(value -> pointing.put(field.key(), value));
      }
    }
    if (pointing.isEmpty()) {
      return new Sources.Resolved(values, Map.of(), List.of());
    }
    Values pointers = new Values(new TreeMap<>(pointing));
    Sources.Resolved resolved =
        followed.computeIfAbsent(pointers, some -> sources.follow(schema, some));
    Map<String, Values.Value> merged = new HashMap<>(values.entries());
    merged.keySet().removeAll(pointing.keySet());
    merged.putAll(resolved.values().entries());
    return new Sources.Resolved(
        new Values(new TreeMap<>(merged)), resolved.aside(), resolved.problems(), values);
  }

  @Override
  public Followed follow(Values values) {
    Sources.Resolved resolved = resolve(values);
    return new Followed(resolved.values(), resolved.problems());
  }

  @Override
  public Values first(Values values) {
    return command instanceof Command.Acts(Action<?> action)
            && action.each(values) instanceof Checked.Valid<List<Values>>(List<Values> each)
            && !each.isEmpty()
        ? each.getFirst()
        : values;
  }

  @Override
  public List<Problem> check(Values values) {
    return command instanceof Command.Acts(Action<?> action) ? check(action, values) : List.of();
  }

  private <S extends Spec> List<Problem> check(Action<S> action, Values values) {
    return switch (action.each(values)) {
      case Checked.Invalid<List<Values>>(List<Problem> problems) -> problems;
      case Checked.Valid<List<Values>>(List<Values> each) -> {
        List<Problem> problems = new ArrayList<>();
        for (Values one : each) {
          if (action.read(one, facts) instanceof Checked.Invalid<S>(List<Problem> wrong)) {
            problems.addAll(wrong);
          }
        }
        yield problems.stream().distinct().toList();
      }
    };
  }

  @Override
  public String hide(Field<?> field, String password) {
    return Sha2Crypt.sha512Crypt(
        password.getBytes(StandardCharsets.UTF_8), null, new SecureRandom());
  }
}
