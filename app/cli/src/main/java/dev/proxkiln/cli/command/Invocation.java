package dev.proxkiln.cli.command;

import dev.proxkiln.config.Sources;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Values;

/**
 * One call of one command, with everything that was said about it.
 *
 * @param planning whether {@code plan} stood before the command
 * @param queueing whether {@code queue add} stood before the command
 * @param resolved the command's own settings, pointers followed
 */
public record Invocation(
    Command command,
    boolean planning,
    boolean queueing,
    Sources.Resolved resolved,
    Globals globals,
    Switches switches) {

  /** The settings of the command, pointers followed. */
  public Values values() {
    return resolved.values();
  }

  /**
   * The settings of a command that asks no target.
   *
   * @throws dev.proxkiln.core.problem.ProblemException everything that is wrong with them
   */
  public Answers answers() {
    return command.schema(Facts.none()).read(values(), Facts.none()).orRaise();
  }

  /** Without values: they may be many. */
  @Override
  public String toString() {
    return "Invocation[" + command.name() + "]";
  }
}
