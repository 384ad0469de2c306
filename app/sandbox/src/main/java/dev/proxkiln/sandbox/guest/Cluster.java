package dev.proxkiln.sandbox.guest;

import dev.proxkiln.sandbox.refusal.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The nodes of the sandbox, the one that answers first. Complete before the first call comes. */
public final class Cluster {
  private final Map<String, Parts> nodes = new LinkedHashMap<>();

  /** Adds a node. */
  public void add(Parts parts) {
    nodes.put(parts.guests().node(), parts);
  }

  /** All nodes. */
  public List<Parts> all() {
    return List.copyOf(nodes.values());
  }

  /** The names of all nodes. */
  public List<String> names() {
    return List.copyOf(nodes.keySet());
  }

  /** The node whose API server it is. */
  public Parts local() {
    return all().getFirst();
  }

  /** Whether there are several nodes. */
  public boolean several() {
    return nodes.size() > 1;
  }

  /** A node by its name. */
  public Optional<Parts> find(String node) {
    return Optional.ofNullable(nodes.get(node));
  }

  /** A node by its name, refused as a node does it where there is none. */
  public Parts get(String node) {
    @Nullable Parts found = nodes.get(node);
    if (found == null) {
      throw Refusal.failed("no such cluster node '" + node + "'");
    }
    return found;
  }

  /** The node that a guest is on. */
  public Optional<Parts> of(int vmid) {
    return all().stream().filter(parts -> parts.guests().exists(vmid)).findFirst();
  }

  /** The numbers of all guests. */
  public SortedSet<Integer> ids() {
    SortedSet<Integer> ids = new TreeSet<>();
    all().forEach(parts -> ids.addAll(parts.guests().ids()));
    return ids;
  }

  /** Refuses a number that a guest of any node has. */
  void checkFree(int vmid) {
    of(vmid)
        .ifPresent(
            parts -> {
              throw Refusal.failed(
                  "VM " + vmid + " already exists on node '" + parts.guests().node() + "'");
            });
  }
}
