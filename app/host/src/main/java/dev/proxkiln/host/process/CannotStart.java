package dev.proxkiln.host.process;

import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import java.io.IOException;

/** Says that a program does not start. */
final class CannotStart {
  private CannotStart() {}

  /**
   * The problem of a program that was there to be run.
   *
   * @param next what can be done
   */
  static ProblemException problem(String program, IOException why, String next) {
    return HostSlug.COMMAND_MISSING
        .problem(
            program, "'" + program + "' cannot be started", String.valueOf(why.getMessage()), next)
        .raise();
  }
}
