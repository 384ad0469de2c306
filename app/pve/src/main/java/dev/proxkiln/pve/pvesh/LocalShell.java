package dev.proxkiln.pve.pvesh;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.problem.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** This machine is the node. */
final class LocalShell implements Shell {

  /**
   * PVE decodes arguments by the locale (pve-common: PVE/JSONSchema.pm, get_options): in the plain
   * C locale every character beyond ASCII would be lost.
   */
  static final Map<String, String> UTF8 = Map.of("LC_ALL", "C.UTF-8");

  @Override
  public Commands.Command command(
      List<String> argv, Optional<String> input, Duration deadline, List<String> hidden) {
    return new Commands.Command(argv, UTF8, input, deadline, hidden);
  }

  @Override
  public Commands.Command copy(Path file, String path, Duration deadline) {
    return command(
        List.of("cp", "--reflink=auto", "--", file.toAbsolutePath().toString(), path),
        Optional.empty(),
        deadline,
        List.of());
  }

  @Override
  public Optional<Problem> trouble(String where, Commands.Ended ended) {
    return Optional.empty();
  }
}
