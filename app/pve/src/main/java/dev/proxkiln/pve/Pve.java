package dev.proxkiln.pve;

import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.pve.problem.PveSlug;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Questions to a node, answered in types.
 *
 * <p>Every method may throw {@link ProblemException} with the pve slugs.
 */
public final class Pve {
  private final PvePort port;
  private final String node;

  /** Questions to one node; those about the cluster are answered by it as well. */
  public Pve(PvePort port, String node) {
    this.port = port;
    this.node = node;
  }

  /**
   * A volume of a storage.
   *
   * @param id volume ID
   * @param content content type
   * @param format {@code raw}, {@code qcow2} ...; may be empty
   * @param bytes size in bytes, empty where the node does not say (inactive volumes)
   * @param vmid the guest that owns it
   * @param parent volume that it is a linked clone of, as the storage writes it; may be empty
   */
  public record Volume(
      String id,
      String content,
      String format,
      OptionalLong bytes,
      OptionalLong vmid,
      String parent) {}

  /** The answer of a read call as a plain tree. */
  public @Nullable Object get(String path, String... namesAndValues) {
    return port.send(ResolvedCall.get(path, namesAndValues)).value();
  }

  /**
   * The current configuration of a VM on this node, pending changes left out; empty where there is
   * no such VM. Values are texts as the node stores them.
   */
  public Optional<Map<String, String>> config(long vmid) {
    try {
      Map<String, Object> tree =
          Tree.map(get("/nodes/" + node + "/qemu/" + vmid + "/config", "current", "1"), "");
      Map<String, String> config = new LinkedHashMap<>();
      tree.forEach((key, value) -> config.put(key, Tree.text(value)));
      return Optional.of(config);
    } catch (ProblemException e) {
      if (e.first().slug().equals(PveSlug.GUEST_MISSING.text())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * All guests of the cluster. Those of this node are as of now; the others lag some seconds
   * behind, as the cluster's list is filled in the background.
   */
  public List<GuestFacts> guests() {
    return merge(get("/cluster/resources", "type", "vm"), get("/nodes/" + node + "/qemu"), node);
  }

  /** The cluster's list with the VMs of one node replaced by that node's own list. */
  static List<GuestFacts> merge(@Nullable Object resources, @Nullable Object own, String node) {
    Map<Long, GuestFacts> merged = new LinkedHashMap<>();
    for (Object entry : Tree.list(resources, "")) {
      guest(entry, Tree.text(entry, "node"), Tree.text(entry, "type"))
          .ifPresent(g -> merged.put(g.vmid(), g));
    }
    if (own != null) {
      merged.values().removeIf(g -> g.node().equals(node) && g.type().equals("qemu"));
      for (Object entry : Tree.list(own, "")) {
        guest(entry, node, "qemu").ifPresent(g -> merged.put(g.vmid(), g));
      }
    }
    List<GuestFacts> guests = new ArrayList<>(merged.values());
    guests.sort((a, b) -> Long.compare(a.vmid(), b.vmid()));
    return guests;
  }

  private static Optional<GuestFacts> guest(Object entry, String node, String type) {
    return Tree.number(entry, "vmid")
        .map(
            vmid ->
                new GuestFacts(
                    vmid,
                    Tree.text(entry, "name"),
                    node,
                    type,
                    Tree.flag(entry, "template"),
                    Tree.text(entry, "status").equals("running"),
                    tags(Tree.text(entry, "tags")),
                    Tree.number(entry, "maxmem").orElse(0L)));
  }

  private static List<String> tags(String text) {
    return Arrays.stream(text.split("[,; ]+")).filter(tag -> !tag.isEmpty()).toList();
  }

  /** The volumes of a storage on this node. */
  public List<Volume> storageContent(String storage) {
    List<Volume> volumes = new ArrayList<>();
    for (Object entry : Tree.list(get("/nodes/" + node + "/storage/" + storage + "/content"), "")) {
      volumes.add(
          new Volume(
              Tree.text(entry, "volid"),
              Tree.text(entry, "content"),
              Tree.text(entry, "format"),
              optional(Tree.number(entry, "size")),
              optional(Tree.number(entry, "vmid")),
              Tree.text(entry, "parent")));
    }
    return volumes;
  }

  static OptionalLong optional(Optional<Long> number) {
    return number.map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }
}
