package dev.proxkiln.pve.pvesh;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.problem.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where the node's commands run: here, or behind ssh. */
interface Shell {

  /**
   * A command for the node.
   *
   * @param argv program and arguments
   * @param input standard input, empty for none
   * @param hidden texts that must not be shown
   */
  Commands.Command command(
      List<String> argv, Optional<String> input, Duration deadline, List<String> hidden);

  /** A command that copies a file of this machine to a path on the node. */
  Commands.Command copy(Path file, String path, Duration deadline);

  /** The problem when the way to the node failed and not the command, empty otherwise. */
  Optional<Problem> trouble(String where, Commands.Ended ended);
}
