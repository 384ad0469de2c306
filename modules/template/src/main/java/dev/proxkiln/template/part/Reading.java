package dev.proxkiln.template.part;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.template.catalogue.Firmware;
import java.util.Optional;

/**
 * One reading of settings that are each right alone.
 *
 * @param target the raw settings, the target, and the place for problems
 * @param answers the values
 * @param subject what the template will be made of
 * @param firmware what will start it
 */
public record Reading(Target target, Answers answers, Subject subject, Firmware firmware) {

  public Facts facts() {
    return target.facts();
  }

  /** The value of a setting, given or by default. */
  public <T> Optional<T> find(Field<T> field) {
    return answers.find(field);
  }

  /** The value of a setting that always has one. */
  public <T> T get(Field<T> field) {
    return answers.get(field);
  }

  /** How the user wrote a setting, for the place of a problem. */
  public String where(Field<?> field) {
    return target.where(field.key());
  }

  /** Says what is wrong; nothing will be made then. */
  public void problem(Problem problem) {
    target.problem(problem);
  }
}
