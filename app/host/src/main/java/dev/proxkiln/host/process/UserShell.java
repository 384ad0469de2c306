package dev.proxkiln.host.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The user's own shell, with the terminal to itself. */
public final class UserShell {
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
    TerminalProgram.run(List.of(shell), environment);
  }
}
