package dev.proxkiln.host.process;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Lets another program do what this one was asked for, with this one's terminal and streams. */
public final class HandOver {
  private HandOver() {}

  /**
   * Runs a program to its end.
   *
   * @param argv program and arguments; no secret is among them
   * @param environment its whole environment
   * @return its exit code
   * @throws dev.proxkiln.core.problem.ProblemException {@code command-missing}
   */
  public static int run(List<String> argv, Map<String, String> environment) {
    ProcessBuilder builder = new ProcessBuilder(argv).inheritIO();
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      while (true) {
        try {
          return process.waitFor();
        } catch (InterruptedException e) {
          // It was told as well, and ends by itself.
          process.destroy();
        }
      }
    } catch (IOException e) {
      throw CannotStart.problem(
          argv.getFirst(), e, "check that it is still there and may be executed");
    }
  }
}
