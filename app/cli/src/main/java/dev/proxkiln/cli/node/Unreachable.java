package dev.proxkiln.cli.node;

import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.core.port.NodeFiles;
import dev.proxkiln.core.problem.ProblemException;

/** Edges that a target does not have: each use is refused with a reason. */
final class Unreachable {
  private Unreachable() {}

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
            "The API of Proxmox VE offers no files of the node.",
            "Run proxkiln on the node itself, or give --target ssh://root@HOST.")
        .raise();
  }
}
