package dev.proxkiln.cli;

import dev.proxkiln.config.Sources;
import dev.proxkiln.core.field.Values;

/**
 * One call of one command, with everything that was said about it.
 *
 * @param planning whether {@code plan} stood before the command
 * @param queueing whether {@code queue add} stood before the command
 * @param resolved the command's own settings, pointers followed
 */
record Invocation(
    Command command,
    boolean planning,
    boolean queueing,
    Sources.Resolved resolved,
    Globals globals,
    Switches switches) {

  Values values() {
    return resolved.values();
  }

  /** Without values: they may be many. */
  @Override
  public String toString() {
    return "Invocation[" + command.name() + "]";
  }
}
