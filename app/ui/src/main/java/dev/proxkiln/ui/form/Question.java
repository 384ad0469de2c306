package dev.proxkiln.ui.form;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.problem.Problem;
import java.util.List;
import java.util.Optional;

/**
 * One setting as it stands.
 *
 * @param field the setting
 * @param page index of its page in {@link Form#pages}
 * @param raw its text as given; empty where it has none
 * @param text its text as given, or its default; empty where it has neither
 * @param origin where the text comes from; a default where it has none
 * @param usual its default with the answers so far; empty for none
 * @param problems what is wrong with it
 */
public record Question(
    Field<?> field,
    int page,
    Optional<String> raw,
    Optional<String> text,
    Origin origin,
    Optional<String> usual,
    List<Problem> problems) {
  /** The slug of a problem that an answer solves. */
  public static final String MISSING = "missing-value";

  public Question {
    problems = List.copyOf(problems);
  }

  public String key() {
    return field.key();
  }

  /** Whether it holds something that nobody should see. */
  public boolean secret() {
    return field.source().hidden();
  }

  /** Whether it was given, rather than left at its default. */
  public boolean given() {
    return raw.isPresent();
  }

  /** Whether it must be answered and is not. */
  public boolean missing() {
    return text.isEmpty() && problems.stream().anyMatch(p -> p.slug().equals(MISSING));
  }
}
