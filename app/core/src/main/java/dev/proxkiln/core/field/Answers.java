package dev.proxkiln.core.field;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Parsed and checked values of a schema, with their origins. */
public final class Answers {

  /** A parsed value and where it came from. */
  public record Answer(Object value, Origin origin) {}

  private final Map<String, Answer> answers = new LinkedHashMap<>();

  Answers() {}

  void put(Field<?> field, Object value, Origin origin) {
    answers.put(field.key(), new Answer(value, origin));
  }

  /** Thrown where a default or rule needs an answer that is missing or was refused. */
  static final class Unanswered extends NoSuchElementException {
    private static final long serialVersionUID = 1L;

    Unanswered(Field<?> field) {
      super("no answer for '" + field.key() + "'");
    }
  }

  /** The value of a setting that has one. */
  public <T> T get(Field<T> field) {
    return find(field).orElseThrow(() -> new Unanswered(field));
  }

  /** The value of a setting, or empty. */
  @SuppressWarnings("unchecked") // only put() with the field's own type fills the map
  public <T> Optional<T> find(Field<T> field) {
    return Optional.ofNullable(answers.get(field.key())).map(a -> (T) a.value());
  }

  /** Whether the user gave it, rather than a default. */
  public boolean given(Field<?> field) {
    Answer answer = answers.get(field.key());
    return answer != null && answer.origin().kind() != Origin.Kind.DEFAULT;
  }

  /** All answers in the order of the schema. */
  public Map<String, Answer> all() {
    return Collections.unmodifiableMap(answers);
  }
}
