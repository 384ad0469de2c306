package dev.proxkiln.cli;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.NodeFiles;
import dev.proxkiln.core.problem.ProblemException;
import java.util.function.Consumer;

/** Edges that a target does not have: each use is refused with a reason. */
final class Unreachable {
  private Unreachable() {}

  /** Commands on a node that takes API calls only. */
  static Commands commands(String address) {
    return new Commands() {
      @Override
      public Ended run(Command command, Consumer<String> line) {
        throw refused(address, "'" + command.argv().getFirst() + "' cannot run");
      }
    };
  }

  /** Files on a node that takes API calls only. */
  static NodeFiles files(String address) {
    return new NodeFiles() {
      @Override
      public void write(String path, String content, int mode) {
        throw refused(address, "'" + path + "' cannot be written");
      }

      @Override
      public boolean exists(String path) {
        throw refused(address, "'" + path + "' cannot be looked at");
      }

      @Override
      public void delete(String path) {
        throw refused(address, "'" + path + "' cannot be deleted");
      }
    };
  }

  private static ProblemException refused(String address, String what) {
    return CliSlug.FILES_UNREACHABLE
        .problem(
            address,
            what + " on '" + address + "'.",
            "The API of Proxmox VE offers neither files nor commands of the node.",
            "Run proxkiln on the node itself, or give --target ssh://root@HOST.")
        .raise();
  }
}
