package dev.proxkiln.host.process;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A program with the terminal to itself: the user's shell or editor. */
public final class TerminalProgram {
  private static final File TERMINAL = new File("/dev/tty");

  private TerminalProgram() {}

  /**
   * Runs a program until the user leaves it. Where there is no terminal it has no input, and its
   * output goes nowhere.
   *
   * @param argv program and arguments
   * @param environment its whole environment
   * @return its exit code; 130 when this thread was interrupted meanwhile
   * @throws dev.proxkiln.core.problem.ProblemException {@code command-missing}
   */
  public static int run(List<String> argv, Map<String, String> environment) {
    ProcessBuilder builder = new ProcessBuilder(argv);
    // Standard input may be a pipe, as with curl | bash; the terminal is there all the same.
    if (isTerminal()) {
      builder.redirectInput(TERMINAL).redirectOutput(TERMINAL).redirectError(TERMINAL);
    } else {
      builder
          .redirectInput(new File("/dev/null"))
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD);
    }
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      return builder.start().waitFor();
    } catch (IOException e) {
      throw CannotStart.problem(
          argv.getFirst(),
          e,
          "install it, or choose another by an environment variable: SHELL, VISUAL or EDITOR");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 130;
    }
  }

  /** Opening fails where the process has no controlling terminal. */
  private static boolean isTerminal() {
    try (FileInputStream in = new FileInputStream(TERMINAL)) {
      return in.getFD().valid();
    } catch (IOException e) {
      return false;
    }
  }
}
