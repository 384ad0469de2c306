package dev.proxkiln.cli.wiring;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.outside.Outside;
import java.util.List;
import java.util.OptionalInt;

/**
 * What stands before the wiring and is made of it: commands and screens. The wiring is handed it,
 * because whoever puts the parts together must not be one of them.
 */
public interface Front {
  /**
   * The commands that are no module's.
   *
   * @param modules the commands of modules
   */
  List<Command> commands(Outside outside, Wiring wiring, List<Command> modules);

  /**
   * Asks on the whole screen for what a call leaves open, and lets it be done there; empty where
   * the terminal shows no screens.
   *
   * @return the exit code of what was done
   * @throws dev.proxkiln.core.problem.ProblemException {@code declined} when the user leaves
   */
  OptionalInt ask(Outside outside, Wiring wiring, Invocation invocation);
}
