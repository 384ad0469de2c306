package dev.proxkiln.template.copies;

import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.pve.model.VolumeId;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One look at a node that is to have a copy: what is there, and whether a copy can be. */
final class Destination {
  private final Original original;
  private final String node;
  private final Optional<String> storage;
  private final PvePort pve;

  /**
   * A node to look at.
   *
   * @param storage where local disks go there; empty for storages of the same name
   */
  Destination(Original original, String node, Optional<String> storage, PvePort pve) {
    this.original = original;
    this.node = node;
    this.storage = storage;
    this.pve = pve;
  }

  String node() {
    return node;
  }

  /** The storage that was asked for, for local disks. */
  Optional<String> storage() {
    return storage;
  }

  /** A storage as a node lists it. */
  private record Seen(String type, boolean active, boolean shared, Set<String> content, long free) {
    static Seen of(Object row) {
      return new Seen(
          Tree.text(row, "type"),
          Tree.flag(row, "active"),
          Tree.flag(row, "shared"),
          new TreeSet<>(Arrays.asList(Tree.text(row, "content").split("[,; ]+"))),
          Tree.number(row, "avail").orElse(Long.MAX_VALUE));
    }

    boolean takesImages() {
      return active && content.contains("images");
    }

    boolean keepsFiles() {
      return Set.of("dir", "nfs", "cifs", "cephfs", "btrfs").contains(type);
    }
  }

  private Map<String, Seen> storages(String on) {
    Map<String, Seen> seen = new TreeMap<>();
    for (Object row : Tree.list(get("/nodes/" + on + "/storage"), "")) {
      seen.put(Tree.text(row, "storage"), Seen.of(row));
    }
    return seen;
  }

  private @Nullable Object get(String path, String... namesAndValues) {
    return pve.send(ResolvedCall.get(path, namesAndValues)).value();
  }

  /** Whether the template's disks are all on storages that this node has as well. */
  boolean sharesDisks() {
    Map<String, Seen> there = storages(node);
    return !original.volumes().disks().isEmpty()
        && original.volumes().disks().values().stream()
            .map(volume -> there.get(volume.storage()))
            .allMatch(seen -> seen != null && seen.active() && seen.shared());
  }

  /**
   * Whether a clone of the template can be made there: its disks are shared, its snippets there.
   */
  boolean hasAll() {
    Map<String, Seen> there = storages(node);
    return sharesDisks()
        && original.volumes().snippets().values().stream()
            .allMatch(snippet -> isShared(there.get(snippet.storage())) || has(snippet));
  }

  /** The storages that local disks go to there, each with the bytes that they have. */
  Map<String, Long> targets() {
    Map<String, Long> targets = new TreeMap<>();
    Map<String, Seen> here = storages(original.node());
    original
        .volumes()
        .bytes()
        .forEach(
            (id, bytes) -> {
              Seen seen = here.get(id);
              if (seen != null && !seen.shared()) {
                targets.merge(storage.orElse(id), bytes, Long::sum);
              }
            });
    return targets;
  }

  /** Whether a copy there needs full clones, though the template has disks that clones link to. */
  boolean losesLinks() {
    Map<String, Seen> there = storages(node);
    return original.volumes().disks().values().stream()
        .filter(VolumeId::isBase)
        .map(volume -> there.get(storage.orElse(volume.storage())))
        .anyMatch(seen -> seen != null && seen.type().equals("lvm"));
  }

  /**
   * Demands that a copy can be made there.
   *
   * @throws ProblemException {@code node-unsuitable} with everything that is in the way
   */
  void check() {
    Map<String, Seen> here = storages(original.node());
    Map<String, Seen> there = storages(node);
    List<Problem> problems =
        Stream.of(
                targets().entrySet().stream()
                    .flatMap(e -> target(e.getKey(), e.getValue(), there.get(e.getKey())).stream()),
                original.volumes().disks().values().stream()
                    .flatMap(volume -> form(volume, here, there).stream()),
                room(here).stream())
            .flatMap(all -> all)
            .distinct()
            .toList();
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
  }

  private static boolean isShared(@Nullable Seen seen) {
    return seen != null && seen.active() && seen.shared();
  }

  private Optional<Problem> target(String id, long bytes, @Nullable Seen seen) {
    if (seen == null || !seen.takesImages()) {
      return Optional.of(
          unsuitable(
              "Storage '" + id + "' of node '" + node + "' takes no disk images.",
              seen == null || !seen.active()
                  ? "It is not there, switched off, or limited to other nodes."
                  : "Its content types are: " + String.join(", ", seen.content()) + ".",
              "Give another with --storage; see them with: pvesh get /nodes/" + node + "/storage"));
    }
    return seen.type().equals("lvm") && seen.free() < bytes
        ? Optional.of(tooSmall(id, node, bytes))
        : Optional.empty();
  }

  /** The copy is made on the template's node first. */
  private Optional<Problem> room(Map<String, Seen> here) {
    for (Map.Entry<String, Long> disks : original.volumes().bytes().entrySet()) {
      @Nullable Seen seen = here.get(disks.getKey());
      if (seen != null && seen.type().equals("lvm") && seen.free() < disks.getValue()) {
        return Optional.of(tooSmall(disks.getKey(), original.node(), disks.getValue()));
      }
    }
    return Optional.empty();
  }

  private Problem tooSmall(String id, String on, long bytes) {
    return TemplateSlug.STORAGE_TOO_SMALL.problem(
        "node " + on,
        "Storage '" + id + "' of node '" + on + "' has less than " + (bytes >> 20) + " MiB free.",
        "The copy is made on node '" + original.node() + "' and moves from there.",
        "Free space, or give another storage with --storage.");
  }

  /** PVE sends a disk as it is: ZFS to ZFS only, qcow2 to files only (pve-storage: formats). */
  private Optional<Problem> form(VolumeId volume, Map<String, Seen> here, Map<String, Seen> there) {
    String id = storage.orElse(volume.storage());
    @Nullable Seen from = here.get(volume.storage());
    @Nullable Seen to = there.get(id);
    if (from == null || to == null || from.shared() || from.type().equals(to.type())) {
      return Optional.empty();
    }
    boolean zfs = from.type().equals("zfspool") || to.type().equals("zfspool");
    boolean image = volume.name().endsWith(".qcow2") || volume.name().endsWith(".vmdk");
    return zfs || (image && !to.keepsFiles())
        ? Optional.of(
            unsuitable(
                "Disks of storage '"
                    + volume.storage()
                    + "' cannot move to '"
                    + id
                    + "' of node '"
                    + node
                    + "'.",
                "Proxmox VE moves them from storage type '"
                    + from.type()
                    + "' to the same type only.",
                "Give a storage of type '" + from.type() + "' with --storage."))
        : Optional.empty();
  }

  /**
   * The snippets of the template that this node lacks.
   *
   * @param files reads them; empty where they cannot be carried there
   * @throws ProblemException {@code node-unsuitable} where one cannot be put there
   */
  List<Cargo> cargo(Optional<Snippets> files) {
    Map<String, Seen> there = storages(node);
    List<Cargo> cargo = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    original
        .volumes()
        .snippets()
        .forEach(
            (role, snippet) -> {
              if (!isShared(there.get(snippet.storage())) && !has(snippet)) {
                Optional<Cargo> found = files.flatMap(f -> f.read(role, snippet));
                found.ifPresentOrElse(cargo::add, () -> problems.add(missing(snippet)));
              }
            });
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
    return cargo;
  }

  private boolean has(VolumeId snippet) {
    try {
      Object files =
          get(
              "/nodes/" + node + "/storage/" + snippet.storage() + "/content",
              "content",
              "snippets");
      return Tree.list(files, "").stream()
          .anyMatch(row -> Tree.text(row, "volid").equals(snippet.print()));
    } catch (ProblemException e) {
      if (e.first().slug().equals("node-unreachable")) {
        throw e;
      }
      return false;
    }
  }

  private Problem missing(VolumeId snippet) {
    return unsuitable(
        "Snippet '"
            + snippet
            + "' is not on node '"
            + node
            + "', and cannot be put there from here.",
        "Clones would not start without it. The API puts no snippet on a node, and what only root"
            + " may read is not carried.",
        "Run proxkiln on node '"
            + original.node()
            + "' itself, or copy the file (pvesm path "
            + snippet
            + " tells where it is).");
  }

  Problem unsuitable(String what, String why, String next) {
    return TemplateSlug.NODE_UNSUITABLE.problem("node " + node, what, why, next);
  }
}
