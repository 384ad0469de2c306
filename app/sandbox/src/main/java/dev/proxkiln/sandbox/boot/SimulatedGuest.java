package dev.proxkiln.sandbox.boot;

import java.util.List;

/** What a simulated guest does when its agent is asked to run a command. */
@FunctionalInterface
public interface SimulatedGuest {

  /**
   * How a command ended.
   *
   * @param exitCode 0 to 255
   */
  record Exec(int exitCode, String out, String err) {}

  /**
   * Runs a command.
   *
   * @param guest who is asked
   * @param command program and arguments
   * @param input standard input, may be empty
   */
  Exec run(GuestModel guest, List<String> command, String input);

  /** A Debian-like guest where everything went well. */
  static SimulatedGuest healthy() {
    return new HealthyGuest();
  }
}
