package dev.proxkiln.template.ignition;

import dev.proxkiln.core.tree.Tree;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** What Ignition refuses although every single value is of the right sort. */
final class IgnitionRules {
  private static final Pattern VERSION = Pattern.compile("3\\.[0-5]\\.0");
  private static final Pattern UNIT =
      Pattern.compile(
          "[^/]+\\.(?:service|socket|device|mount|automount|swap|target|path|timer|slice|scope)");
  private static final List<String> FORMATS =
      List.of("ext4", "btrfs", "xfs", "vfat", "swap", "none", "");

  private final Object tree;
  private final BiConsumer<String, String> faults;

  private IgnitionRules(Object tree, BiConsumer<String, String> faults) {
    this.tree = tree;
    this.faults = faults;
  }

  static void check(Object tree, BiConsumer<String, String> faults) {
    new IgnitionRules(tree, faults).check();
  }

  private void check() {
    String version = Tree.text(tree, "ignition.version");
    if (!VERSION.matcher(version).matches()) {
      faults.accept(
          "ignition.version",
          version.isEmpty()
              ? "is missing"
              : "is '" + version + "', and 3.0.0 to 3.5.0 are understood here");
      return;
    }
    since(version, "kernelArguments", 3);
    since(version, "storage.luks", 2);
    paths();
    units();
    disks();
    names("passwd.users");
    names("passwd.groups");
  }

  private void since(String version, String path, int minor) {
    if (Tree.at(tree, path).isPresent() && version.charAt(2) - '0' < minor) {
      faults.accept(path, "needs specification 3." + minor + ".0, and the file is " + version);
    }
  }

  /** Files, folders and links share one set of paths. */
  private void paths() {
    Set<String> seen = new HashSet<>();
    for (String list : List.of("storage.files", "storage.directories", "storage.links")) {
      List<?> entries = Tree.list(tree, list);
      for (int i = 0; i < entries.size(); i++) {
        String at = list + "[" + i + "].path";
        String path = Tree.text(entries.get(i), "path");
        absolute(at, path);
        if (!seen.add(path)) {
          faults.accept(at, "is '" + path + "', which is there twice");
        }
      }
    }
    List<?> links = Tree.list(tree, "storage.links");
    for (int i = 0; i < links.size(); i++) {
      if (Tree.text(links.get(i), "target").isEmpty()) {
        faults.accept("storage.links[" + i + "].target", "is missing");
      }
    }
  }

  private void absolute(String at, String path) {
    if (!path.startsWith("/")) {
      faults.accept(at, path.isEmpty() ? "is missing" : "is '" + path + "', which is not absolute");
    }
  }

  private void units() {
    Set<String> seen = new HashSet<>();
    List<?> units = Tree.list(tree, "systemd.units");
    for (int i = 0; i < units.size(); i++) {
      String at = "systemd.units[" + i + "]";
      String name = Tree.text(units.get(i), "name");
      if (!UNIT.matcher(name).matches()) {
        faults.accept(at + ".name", "is '" + name + "', which is no name of a unit");
      }
      if (!seen.add(name)) {
        faults.accept(at + ".name", "is '" + name + "', which is there twice");
      }
      for (Object dropin : Tree.list(units.get(i), "dropins")) {
        if (!Tree.text(dropin, "name").endsWith(".conf")) {
          faults.accept(
              at + ".dropins", "has '" + Tree.text(dropin, "name") + "', which must end in .conf");
        }
      }
    }
  }

  private void disks() {
    for (String list : List.of("storage.disks", "storage.filesystems", "storage.luks")) {
      List<?> entries = Tree.list(tree, list);
      for (int i = 0; i < entries.size(); i++) {
        absolute(list + "[" + i + "].device", Tree.text(entries.get(i), "device"));
        String format = Tree.text(entries.get(i), "format");
        if (!FORMATS.contains(format)) {
          faults.accept(
              list + "[" + i + "].format",
              "is '"
                  + format
                  + "', which is none of: "
                  + String.join(", ", FORMATS.subList(0, FORMATS.size() - 1)));
        }
      }
    }
  }

  private void names(String list) {
    Set<String> seen = new HashSet<>();
    List<?> entries = Tree.list(tree, list);
    for (int i = 0; i < entries.size(); i++) {
      String name = Tree.text(entries.get(i), "name");
      if (name.isEmpty() || !seen.add(name)) {
        faults.accept(
            list + "[" + i + "].name",
            name.isEmpty() ? "is missing" : "is '" + name + "', which is there twice");
      }
    }
  }
}
