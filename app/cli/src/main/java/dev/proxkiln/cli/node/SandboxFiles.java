package dev.proxkiln.cli.node;

import dev.proxkiln.core.port.MemberFiles;
import dev.proxkiln.core.port.NodeFiles;
import java.nio.file.Path;

/**
 * Files of the sandbox's nodes. All are on this machine: what the first node has in {@code
 * storage/} of the state folder, another has in {@code nodes/NODE/storage/}.
 */
public final class SandboxFiles {
  private SandboxFiles() {}

  /** Files of every node of a sandbox that keeps its state in a folder. */
  public static NodeFiles of(NodeFiles files, Path state) {
    return new MemberFiles(files, node -> new Member(files, state, node));
  }

  /** Files of one of the other nodes. */
  private record Member(NodeFiles files, Path state, String node) implements NodeFiles {
    private String moved(String path) {
      Path first = state.resolve("storage");
      Path said = Path.of(path);
      return said.startsWith(first)
          ? state
              .resolve("nodes")
              .resolve(node)
              .resolve("storage")
              .resolve(first.relativize(said))
              .toString()
          : path;
    }

    @Override
    public void write(String path, String content, int mode) {
      files.write(moved(path), content, mode);
    }

    @Override
    public boolean exists(String path) {
      return files.exists(moved(path));
    }

    @Override
    public void delete(String path) {
      files.delete(moved(path));
    }
  }
}
