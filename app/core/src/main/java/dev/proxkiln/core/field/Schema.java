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

  /**
   * Settings that belong together.
   *
   * @param title for people
   * @param area the page of a form that they are asked on, shared with others; usually the title
   * @param fields in the order in which they are asked
   */
  public record Page(String title, String area, List<Field<?>> fields) {
    public Page {
      fields = List.copyOf(fields);
    }

    /** Settings with a page of their own. */
    public Page(String title, List<Field<?>> fields) {
      this(title, title, fields);
    }

    /**
     * The same with every other setting advanced.
     *
     * @param keys what most people want to see
     */
    public Page asking(String... keys) {
      List<String> basic = List.of(keys);
      List<String> known = fields.stream().map(Field::key).toList();
      if (!known.containsAll(basic)) {
        throw new IllegalArgumentException("not all of " + basic + " are on the page " + title);
      }
      return new Page(
          title,
          area,
          fields.stream()
              .<Field<?>>map(f -> basic.contains(f.key()) ? f : f.asAdvanced())
              .toList());
    }

    /** The same, asked on the page of another area. */
    public Page in(String other) {
      return new Page(title, other, fields);
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
    Examined examined = examine(values, facts, !problems.isEmpty());
    problems.addAll(examined.problems());
    return problems.isEmpty()
        ? new Checked.Valid<>(examined.answers())
        : new Checked.Invalid<>(problems);
  }

  /**
   * How each setting stands with some values, right or wrong: what {@link #read} makes of them, for
   * those who ask one setting after the other. Keys that no setting has are passed over. Pure.
   */
  public Examined examine(Values values, Facts facts) {
    return examine(values, facts, false);
  }

  private Examined examine(Values values, Facts facts, boolean wrongAlready) {
    Answers answers = new Answers();
    List<Standing> standings = new ArrayList<>();
    boolean wrong = wrongAlready;
    for (Field<?> field : fields()) {
      Standing standing = examine(field, values, facts, answers, wrong);
      wrong |= standing.problem().isPresent();
      standings.add(standing);
    }
    return new Examined(answers, standings);
  }

  private static Standing examine(
      Field<?> field, Values values, Facts facts, Answers answers, boolean wrong) {
    try {
      return alone(field, values, facts, answers);
    } catch (Answers.Unanswered e) {
      // It depends on a setting that is wrong itself; that one is reported.
      if (!wrong) {
        throw e;
      }
      return new Standing(field, false, Optional.empty(), Optional.empty());
    }
  }

  private static <T> Standing alone(Field<T> field, Values values, Facts facts, Answers answers) {
    Optional<Values.Value> given = values.find(field.key());
    if (!field.when().test(answers)) {
      return new Standing(
          field, false, Optional.empty(), given.map(value -> meaningless(field, value)));
    }
    Origin origin = given.map(Values.Value::origin).orElse(Origin.byDefault());
    try {
      Optional<T> value =
          given.isPresent()
              ? Optional.of(field.type().parse().apply(given.get().raw()))
              : field.fallback().apply(facts, answers);
      if (value.isEmpty()) {
        return new Standing(
            field,
            true,
            Optional.empty(),
            field.needed() ? Optional.of(missing(field, facts)) : Optional.empty());
      }
      String text = field.type().print().apply(value.get());
      Optional<BadValue> bad = field.rule().refuse(value.get(), facts, answers);
      if (bad.isPresent()) {
        return wrong(field, refused(field, origin, text, bad.get()));
      }
      answers.put(field, value.get(), origin);
      return new Standing(field, true, Optional.of(text), Optional.empty());
    } catch (BadValue bad) {
      return wrong(field, refused(field, origin, given.map(Values.Value::raw).orElse(""), bad));
    }
  }

  private static Standing wrong(Field<?> field, Problem problem) {
    return new Standing(field, true, Optional.empty(), Optional.of(problem));
  }

  private static Problem meaningless(Field<?> field, Values.Value value) {
    return CoreSlug.INVALID_VALUE.problem(
        value.origin().name(field.key()),
        field.label() + " '" + brief(value.raw()) + "' does not apply here.",
        "Another setting switches it off.",
        "Leave it out, or change the setting that it depends on.");
  }

  private static Problem refused(Field<?> field, Origin origin, String raw, BadValue bad) {
    boolean hidden = field.source().hidden();
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
