package dev.proxkiln.host.process;

import dev.proxkiln.host.HostSlug;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The user's own shell, with the terminal to itself. */
public final class UserShell {
  private static final File TERMINAL = new File("/dev/tty");

  private UserShell() {}

  /**
   * Runs a shell until the user leaves it.
   *
   * @param environment its whole environment; {@code SHELL} says which, else bash or sh
   * @throws dev.proxkiln.core.problem.ProblemException {@code command-missing}
   */
  public static void run(Map<String, String> environment) {
    String shell =
        Stream.of(environment.getOrDefault("SHELL", ""), "/bin/bash", "/bin/sh")
            .filter(path -> path.startsWith("/") && Files.isExecutable(Path.of(path)))
            .findFirst()
            .orElse("/bin/sh");
    // Standard input may be a pipe, as with curl | bash; the terminal is there all the same.
    ProcessBuilder builder =
        new ProcessBuilder(List.of(shell))
            .redirectInput(TERMINAL)
            .redirectOutput(TERMINAL)
            .redirectError(TERMINAL);
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      builder.start().waitFor();
    } catch (IOException e) {
      throw HostSlug.COMMAND_MISSING
          .problem(
              shell,
              "'" + shell + "' cannot be started",
              String.valueOf(e.getMessage()),
              "set SHELL to a shell that is installed")
          .raise();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
