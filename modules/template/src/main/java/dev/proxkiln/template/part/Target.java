package dev.proxkiln.template.part;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.problem.Problem;
import java.util.List;
import java.util.Optional;

/** The raw settings beside the target that they are for, and a place for problems. */
public final class Target {

  private final Values values;
  private final Facts facts;
  private final List<Problem> problems;

  /** Problems are added to the list given. */
  public Target(Values values, Facts facts, List<Problem> problems) {
    this.values = values;
    this.facts = facts;
    this.problems = problems;
  }

  public Facts facts() {
    return facts;
  }

  /** The text that the user gave, unchecked. */
  public Optional<String> given(Field<?> field) {
    return given(field.key());
  }

  /** The text that the user gave for a setting of another part, unchecked. */
  public Optional<String> given(String key) {
    return values.find(key).map(value -> value.raw().strip());
  }

  /** How the user wrote a setting, for the place of a problem. */
  public String where(String key) {
    return values.find(key).map(value -> value.origin().name(key)).orElse("--" + key);
  }

  /** Says what is wrong; nothing will be made then. */
  public void problem(Problem problem) {
    problems.add(problem);
  }
}
