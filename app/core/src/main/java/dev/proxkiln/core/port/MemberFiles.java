package dev.proxkiln.core.port;

import dev.proxkiln.core.plan.NodePath;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Files of all nodes of a cluster, each node's reached its own way. Thread-safe. */
public final class MemberFiles implements NodeFiles {
  private final NodeFiles here;
  private final Function<String, NodeFiles> others;
  private final Map<String, NodeFiles> known = new ConcurrentHashMap<>();

  /**
   * Files of a cluster.
   *
   * @param here those of the node that the target leads to
   * @param others those of another node, by its name; may throw what keeps from reaching it
   */
  public MemberFiles(NodeFiles here, Function<String, NodeFiles> others) {
    this.here = here;
    this.others = others;
  }

  private NodeFiles at(NodePath path) {
    return path.node().map(node -> known.computeIfAbsent(node, others)).orElse(here);
  }

  @Override
  public void write(String path, String content, int mode) {
    NodePath place = NodePath.parse(path);
    at(place).write(place.path(), content, mode);
  }

  @Override
  public boolean exists(String path) {
    NodePath place = NodePath.parse(path);
    return at(place).exists(place.path());
  }

  @Override
  public void delete(String path) {
    NodePath place = NodePath.parse(path);
    at(place).delete(place.path());
  }
}
