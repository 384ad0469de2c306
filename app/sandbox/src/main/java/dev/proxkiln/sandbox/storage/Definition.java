package dev.proxkiln.sandbox.storage;

import dev.proxkiln.sandbox.contract.Contract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A storage's line in the node's configuration.
 *
 * @param type dir, lvm, lvmthin or zfspool
 * @param content content types it may hold
 * @param settings the type's own settings, such as path, vgname, thinpool and pool; and {@code
 *     shared} and {@code nodes}, where they are set
 * @param disabled whether it is switched off
 * @param capacity in bytes; 0 means what the file system has
 */
public record Definition(
    String id,
    String type,
    SortedSet<String> content,
    Map<String, String> settings,
    boolean disabled,
    long capacity) {
  private static final long GIB = 1L << 30;

  public Definition {
    content = new TreeSet<>(content);
    settings = new TreeMap<>(settings);
  }

  /**
   * What a fresh sandbox has: the storages of an installation, and one of each other type.
   *
   * @param folder where volumes are kept
   */
  static List<Definition> defaults(String folder) {
    List<Definition> all = new ArrayList<>();
    all.add(
        new Definition(
            "local",
            "dir",
            new TreeSet<>(List.of("backup", "images", "import", "iso", "snippets", "vztmpl")),
            Map.of("path", folder + "/local"),
            false,
            0));
    SortedSet<String> disks = new TreeSet<>(List.of("images", "rootdir"));
    all.add(
        new Definition(
            "local-lvm",
            "lvmthin",
            disks,
            Map.of("vgname", "pve", "thinpool", "data"),
            false,
            256 * GIB));
    all.add(
        new Definition(
            "local-zfs",
            "zfspool",
            disks,
            Map.of("pool", "rpool/data", "sparse", "1"),
            false,
            256 * GIB));
    all.add(new Definition("lvm", "lvm", disks, Map.of("vgname", "vg0"), false, 256 * GIB));
    return all;
  }

  /** The storage that the nodes of a fresh cluster share. */
  static Definition ofCluster(String folder) {
    return new Definition(
        "shared",
        "dir",
        new TreeSet<>(List.of("images", "import", "iso", "snippets", "vztmpl")),
        Map.of("path", folder + "/shared", "shared", "1"),
        false,
        0);
  }

  /** Whether every node finds the same volumes in it. */
  public boolean shared() {
    return settings.getOrDefault("shared", "0").equals("1");
  }

  /** The nodes that it is limited to; empty for all. */
  public Set<String> nodes() {
    return new TreeSet<>(Contract.splitList(settings.getOrDefault("nodes", "")));
  }

  /** Whether a node has it. */
  public boolean on(String node) {
    return nodes().isEmpty() || nodes().contains(node);
  }

  /** Whether volumes are files in a directory, to its users as well as underneath. */
  public boolean fileBased() {
    return type.equals("dir");
  }

  /** Whether it may hold this content. */
  public boolean holds(String kind) {
    return content.contains(kind);
  }

  /** The same with a setting, or without it where the text is empty. */
  Definition with(String setting, String text) {
    Map<String, String> other = new TreeMap<>(settings);
    if (text.isEmpty()) {
      other.remove(setting);
    } else {
      other.put(setting, text);
    }
    return new Definition(id, type, content, other, disabled, capacity);
  }

  Definition withContent(SortedSet<String> other) {
    return new Definition(id, type, other, settings, disabled, capacity);
  }

  Definition withDisabled(boolean other) {
    return new Definition(id, type, content, settings, other, capacity);
  }

  Definition withCapacity(long other) {
    return new Definition(id, type, content, settings, disabled, other);
  }

  /** As {@code GET /storage} shows it. */
  public Map<String, Object> toMap() {
    Map<String, Object> row = new TreeMap<>(settings);
    row.put("storage", id);
    row.put("type", type);
    row.put("content", String.join(",", content));
    if (disabled) {
      row.put("disable", 1);
    }
    for (String flag : List.of("sparse", "shared")) {
      if (settings.containsKey(flag)) {
        row.put(flag, Integer.valueOf(settings.get(flag)));
      }
    }
    return row;
  }
}
