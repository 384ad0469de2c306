package dev.proxkiln.ui.form;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Examined;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Standing;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.problem.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.TreeMap;

/**
 * What has been answered of a command's settings so far; immutable. A change gives a new form, in
 * which other settings may apply, have other defaults, or be wrong. Answers that do not apply for
 * now are kept and come back when they do.
 */
public final class Form {
  private static final Origin TYPED = new Origin(Origin.Kind.TYPED, "");

  private final Reader reader;
  private final Values start;
  private final Values kept;
  private final Values values;
  private final List<Problem> problems;
  private final List<Page> pages;

  private Form(Reader reader, Values start, Values kept) {
    this.reader = reader;
    this.start = start;
    this.kept = kept;
    Reader.Followed followed = reader.follow(kept);
    Examined first = examine(reader, followed.values());
    // Dropping one may change what applies to those behind it, but never to those before it.
    this.values = only(kept, first);
    Values applying = only(followed.values(), first);
    Examined examined = values.entries().equals(kept.entries()) ? first : examine(reader, applying);
    SequencedSet<Problem> all = new LinkedHashSet<>(followed.problems());
    all.addAll(examined.problems());
    all.addAll(reader.check(applying));
    this.problems = List.copyOf(all);
    this.pages = pages(examined);
  }

  /**
   * A form with what is known before the first question.
   *
   * @param start from flags, files and the environment
   */
  public static Form of(Reader reader, Values start) {
    return new Form(reader, start, start);
  }

  private static Examined examine(Reader reader, Values followed) {
    return reader.schema().examine(reader.first(followed), reader.facts());
  }

  private static Values only(Values values, Examined examined) {
    TreeMap<String, Values.Value> entries = new TreeMap<>(values.entries());
    for (Standing standing : examined.standings()) {
      if (!standing.applies()) {
        entries.remove(standing.field().key());
      }
    }
    return new Values(entries);
  }

  /** What the form is for. */
  public Reader reader() {
    return reader;
  }

  /** The same with an answer. */
  public Form with(String key, String raw) {
    return new Form(reader, start, kept.with(key, raw, TYPED));
  }

  /** The same without what was typed for a setting: as flags and files have it, or its default. */
  public Form without(String key) {
    TreeMap<String, Values.Value> entries = new TreeMap<>(kept.entries());
    entries.remove(key);
    start.find(key).ifPresent(value -> entries.put(key, value));
    return new Form(reader, start, new Values(entries));
  }

  /** The same without any value for a setting, wherever it came from. */
  public Form cleared(String key) {
    TreeMap<String, Values.Value> entries = new TreeMap<>(kept.entries());
    entries.remove(key);
    return new Form(reader, start, new Values(entries));
  }

  /** The values that apply, as given: what the command is to be called with. */
  public Values values() {
    return values;
  }

  /** The pages that have something to answer, with their questions in order. */
  public List<Page> pages() {
    return pages;
  }

  private List<Page> pages(Examined examined) {
    Map<String, Standing> standings = new HashMap<>();
    examined.standings().forEach(standing -> standings.put(standing.field().key(), standing));
    // Pages of one area are one page here, even when others stand between them.
    SequencedMap<String, List<Field<?>>> areas = new LinkedHashMap<>();
    for (Schema.Page page : reader.schema().pages()) {
      for (Field<?> field : page.fields()) {
        Standing standing = standings.get(field.key());
        if (standing != null && standing.applies()) {
          areas.computeIfAbsent(page.area(), area -> new ArrayList<>()).add(field);
        }
      }
    }
    List<Page> found = new ArrayList<>();
    areas.forEach(
        (area, fields) -> {
          int index = found.size();
          found.add(
              new Page(
                  area, fields.stream().map(f -> question(f, index, examined.answers())).toList()));
        });
    return List.copyOf(found);
  }

  /** The questions of all pages in order. */
  public List<Question> questions() {
    return pages().stream().flatMap(page -> page.questions().stream()).toList();
  }

  /** A setting that applies; empty for others. */
  public Optional<Question> question(String key) {
    return questions().stream().filter(q -> q.key().equals(key)).findFirst();
  }

  /** Everything that is wrong, or missing. */
  public List<Problem> problems() {
    return problems;
  }

  /** Problems of no setting that applies, such as a cluster without quorum. */
  public List<Problem> others() {
    List<Problem> rest = new ArrayList<>(problems);
    questions().forEach(question -> rest.removeAll(question.problems()));
    return rest;
  }

  /** The first setting that something is wrong with. */
  public Optional<Question> firstWrong() {
    return questions().stream().filter(question -> !question.problems().isEmpty()).findFirst();
  }

  /** Whether the command needs an answer that it has not. */
  public boolean incomplete() {
    return problems.stream().anyMatch(problem -> problem.slug().equals(Question.MISSING));
  }

  /** Whether the command would take it. */
  public boolean right() {
    return problems.isEmpty();
  }

  private Question question(Field<?> field, int page, Answers answers) {
    Optional<Values.Value> value = values.find(field.key());
    Optional<String> raw = value.map(Values.Value::raw);
    Optional<String> usual = usual(field, reader.facts(), answers);
    return new Question(
        field,
        page,
        raw,
        raw.isPresent() ? raw : usual,
        value.map(Values.Value::origin).orElseGet(Origin::byDefault),
        usual,
        problems.stream().filter(p -> isAbout(p, field.key(), value)).toList());
  }

  private static <T> Optional<String> usual(Field<T> field, Facts facts, Answers answers) {
    try {
      return field.fallback().apply(facts, answers).map(field.type().print());
    } catch (NoSuchElementException | BadValue e) {
      // It depends on a setting that is wrong or missing.
      return Optional.empty();
    }
  }

  /** Problems name a setting as the user gave it, or by its flag where it was not given. */
  private static boolean isAbout(Problem problem, String key, Optional<Values.Value> value) {
    return problem.where().equals("--" + key)
        || problem.where().equals(key)
        || value.filter(v -> problem.where().equals(v.origin().name(key))).isPresent();
  }

  /**
   * One decision area.
   *
   * @param questions at least one
   */
  public record Page(String title, List<Question> questions) {
    public Page {
      questions = List.copyOf(questions);
    }
  }
}
