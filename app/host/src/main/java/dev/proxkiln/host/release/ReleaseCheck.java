package dev.proxkiln.host.release;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.problem.ProblemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Lets a release say whether it is whole and runs here: {@code proxkiln self check}. */
public final class ReleaseCheck {
  /** Its variable that moves every file that it writes. */
  static final String ROOT = "PROXKILN_ROOT";

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int MOST_WORDS = 1000;

  private final Commands commands;
  private final Map<String, String> environment;

  /**
   * Checks.
   *
   * @param environment variables that a release in its place is started with
   */
  public ReleaseCheck(Commands commands, Map<String, String> environment) {
    this.commands = commands;
    this.environment = Map.copyOf(environment);
  }

  /** Checks one that is not in use, which must write nowhere; what is wrong, if anything is. */
  Optional<String> beside(Path release, Path staging) {
    return run(release, Map.of(ROOT, staging.resolve("root").toString()));
  }

  /** Checks the one in use; what is wrong, if anything is. */
  Optional<String> inPlace(Installation installation) {
    return run(installation.current(), environment);
  }

  private Optional<String> run(Path release, Map<String, String> variables) {
    Commands.Command command =
        Commands.Command.of(launcher(release), "self", "check").within(PATIENCE);
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      command = command.with(variable.getKey(), variable.getValue());
    }
    try {
      Commands.Ended ended = commands.run(command);
      return ended.ok() ? Optional.empty() : Optional.of(said(ended));
    } catch (ProblemException e) {
      return Optional.of(e.first().what() + "; " + e.first().why());
    }
  }

  static String launcher(Path release) {
    return release.resolve("bin").resolve("proxkiln").toString();
  }

  private static String said(Commands.Ended ended) {
    String text = (ended.err() + ended.out()).strip().replaceAll("\\s+", " ");
    return text.isEmpty()
        ? "nothing; it ended with exit code " + ended.exit()
        : text.substring(0, Math.min(text.length(), MOST_WORDS));
  }
}
