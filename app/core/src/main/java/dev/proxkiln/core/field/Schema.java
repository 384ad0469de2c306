package dev.proxkiln.core.field;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of a command, by page, in the order in which they are asked and read.
 *
 * @param pages at least one
 */
public record Schema(List<Page> pages) {

  /** One decision area. */
  public record Page(String title, List<Field<?>> fields) {
    public Page {
      fields = List.copyOf(fields);
    }
  }

  public Schema {
    pages = List.copyOf(pages);
    Set<String> seen = new HashSet<>();
    for (Page page : pages) {
      for (Field<?> field : page.fields()) {
        if (!seen.add(field.key())) {
          throw new IllegalArgumentException("two settings are called '" + field.key() + "'");
        }
      }
    }
  }

  /** A schema of one page. */
  public static Schema of(Field<?>... fields) {
    return new Schema(List.of(new Page("", List.of(fields))));
  }

  /** Every field in order. */
  public List<Field<?>> fields() {
    List<Field<?>> all = new ArrayList<>();
    pages.forEach(page -> all.addAll(page.fields()));
    return all;
  }

  public Optional<Field<?>> find(String key) {
    return fields().stream().filter(f -> f.key().equals(key)).findFirst();
  }

  /**
   * Parses and checks values; defaults fill the gaps. Pure.
   *
   * @return the answers, or every problem at once: {@code unknown-setting}, {@code invalid-value},
   *     {@code missing-value}
   */
  public Checked<Answers> read(Values values, Facts facts) {
    List<Problem> problems = new ArrayList<>();
    List<String> keys = fields().stream().map(Field::key).toList();
    values
        .entries()
        .forEach(
            (key, value) -> {
              if (!keys.contains(key)) {
                problems.add(unknown(key, value.origin(), keys));
              }
            });
    Answers answers = new Answers();
    for (Field<?> field : fields()) {
      readOne(field, values, facts, answers, problems);
    }
    return problems.isEmpty() ? new Checked.Valid<>(answers) : new Checked.Invalid<>(problems);
  }

  private static void readOne(
      Field<?> field, Values values, Facts facts, Answers answers, List<Problem> problems) {
    try {
      readAlone(field, values, facts, answers, problems);
    } catch (Answers.Unanswered e) {
      // It depends on a setting that is wrong itself; that one is reported.
      if (problems.isEmpty()) {
        throw e;
      }
    }
  }

  private static <T> void readAlone(
      Field<T> field, Values values, Facts facts, Answers answers, List<Problem> problems) {
    Optional<Values.Value> given = values.find(field.key());
    if (!field.when().test(answers)) {
      given.ifPresent(
          value ->
              problems.add(
                  CoreSlug.INVALID_VALUE.problem(
                      value.origin().name(field.key()),
                      field.label() + " '" + brief(value.raw()) + "' does not apply here.",
                      "Another setting switches it off.",
                      "Leave it out, or change the setting that it depends on.")));
      return;
    }
    Origin origin = given.map(Values.Value::origin).orElse(Origin.byDefault());
    try {
      Optional<T> value =
          given.isPresent()
              ? Optional.of(field.type().parse().apply(given.get().raw()))
              : field.fallback().apply(facts, answers);
      if (value.isEmpty()) {
        if (field.needed()) {
          problems.add(missing(field, facts));
        }
        return;
      }
      field
          .rule()
          .refuse(value.get(), facts, answers)
          .ifPresentOrElse(
              bad ->
                  problems.add(
                      refused(field, origin, field.type().print().apply(value.get()), bad)),
              () -> answers.put(field, value.get(), origin));
    } catch (BadValue bad) {
      problems.add(refused(field, origin, given.map(Values.Value::raw).orElse(""), bad));
    }
  }

  private static Problem refused(Field<?> field, Origin origin, String raw, BadValue bad) {
    boolean hidden = field.source() == Field.Source.SECRET;
    return CoreSlug.INVALID_VALUE.problem(
        origin.name(field.key()),
        field.label() + (hidden ? " " : " '" + brief(raw) + "' ") + bad.why() + ".",
        "",
        bad.next());
  }

  /** A whole file is no part of a message. */
  private static String brief(String raw) {
    return raw.length() <= 200 ? raw : raw.substring(0, 60).strip() + " ...";
  }

  private static Problem missing(Field<?> field, Facts facts) {
    List<String> known = field.choices().apply(facts).stream().map(Field.Choice::value).toList();
    String some = String.join(", ", known.subList(0, Math.min(8, known.size())));
    return CoreSlug.MISSING_VALUE.problem(
        "--" + field.key(),
        field.label() + " is missing.",
        "It has no default here.",
        "Give --"
            + field.key()
            + " "
            + field.type().name()
            + (known.isEmpty() ? "" : ": " + some + (known.size() > 8 ? " ..." : ""))
            + (field.position() > 0 ? ", or write it after the command." : "."));
  }

  private static Problem unknown(String key, Origin origin, List<String> keys) {
    return CoreSlug.UNKNOWN_SETTING.problem(
        origin.name(key),
        "There is no setting '" + key + "'.",
        "",
        Nearest.to(key, keys)
            .map(near -> "Did you mean '" + near + "'?")
            .orElse("See --help for the settings of this command."));
  }
}
