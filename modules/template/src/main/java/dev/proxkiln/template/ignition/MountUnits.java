package dev.proxkiln.template.ignition;

import dev.proxkiln.core.tree.Tree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Butane's {@code with_mount_unit}: Ignition makes file systems and mounts them only while it runs,
 * so each gets a unit of systemd's.
 */
final class MountUnits {
  private MountUnits() {}

  /** Replaces the wish by units; the tree is one under construction. */
  static void add(Map<String, Object> tree) {
    List<Object> kept = new ArrayList<>();
    List<Object> units = new ArrayList<>(Tree.list(tree, "systemd.units"));
    for (Object filesystem : Tree.list(tree, "storage.filesystems")) {
      Map<String, Object> plain = new LinkedHashMap<>(Tree.map(filesystem, ""));
      if (Boolean.TRUE.equals(plain.remove("withMountUnit"))) {
        units.add(unit(plain));
      }
      kept.add(plain);
    }
    if (kept.isEmpty()) {
      return;
    }
    Map<String, Object> storage = new LinkedHashMap<>(Tree.map(tree, "storage"));
    storage.put("filesystems", kept);
    tree.put("storage", storage);
    if (!units.isEmpty()) {
      Map<String, Object> systemd = new LinkedHashMap<>(Tree.map(tree, "systemd"));
      systemd.put("units", units);
      tree.put("systemd", systemd);
    }
  }

  private static Map<String, Object> unit(Map<String, Object> filesystem) {
    String device = Tree.text(filesystem, "device");
    String format = Tree.text(filesystem, "format");
    boolean swap = format.equals("swap");
    String path = Tree.text(filesystem, "path");
    List<String> lines = new ArrayList<>();
    if (!swap) {
      String check = "systemd-fsck@" + escape(device) + ".service";
      lines.addAll(List.of("[Unit]", "Requires=" + check, "After=" + check, ""));
    }
    lines.add(swap ? "[Swap]" : "[Mount]");
    lines.add("What=" + device);
    if (!swap) {
      lines.add("Where=" + path);
      lines.add("Type=" + format);
    }
    List<?> options = Tree.list(filesystem, "mountOptions");
    if (!options.isEmpty()) {
      lines.add("Options=" + String.join(",", options.stream().map(Tree::text).toList()));
    }
    lines.addAll(
        List.of("", "[Install]", "RequiredBy=" + (swap ? "swap.target" : "local-fs.target"), ""));
    Map<String, Object> unit = new LinkedHashMap<>();
    unit.put("name", swap ? escape(device) + ".swap" : escape(path) + ".mount");
    unit.put("enabled", true);
    unit.put("contents", String.join("\n", lines));
    return unit;
  }

  /** As {@code systemd-escape --path} does it (systemd.unit(5), "String escaping"). */
  static String escape(String path) {
    String trimmed = path.replaceAll("/+", "/").replaceAll("^/|/$", "");
    if (trimmed.isEmpty()) {
      return "-";
    }
    StringBuilder out = new StringBuilder();
    for (byte one : trimmed.getBytes(StandardCharsets.UTF_8)) {
      char letter = (char) (one & 0xff);
      boolean plain =
          letter < 128
              && (Character.isLetterOrDigit(letter)
                  || letter == ':'
                  || letter == '_'
                  || (letter == '.' && !out.isEmpty()));
      if (letter == '/') {
        out.append('-');
      } else if (plain) {
        out.append(letter);
      } else {
        out.append(String.format("\\x%02x", (int) letter));
      }
    }
    return out.toString();
  }
}
