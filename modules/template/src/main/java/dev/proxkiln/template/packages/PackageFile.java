package dev.proxkiln.template.packages;

import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.template.catalogue.YamlTree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/** Reads the files of {@code templates/packages}; {@code docs/packages.md} describes them. */
final class PackageFile {

  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9.+_-]{0,59}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9@][A-Za-z0-9.+_@:-]{0,99}");
  private static final Set<String> KEYS =
      new TreeSet<>(
          List.of(
              "id",
              "about",
              "apt",
              "dnf",
              "zypper",
              "pacman",
              "apk",
              "el",
              "missing",
              "verified",
              "notes"));

  private final Map<String, PackageEntry> entries;
  private final Map<String, Category> categories;
  private final Map<String, Preset> presets;
  private final Consumer<String> faults;

  /** Reads into maps by ID. */
  PackageFile(
      Map<String, PackageEntry> entries,
      Map<String, Category> categories,
      Map<String, Preset> presets,
      Consumer<String> faults) {
    this.entries = entries;
    this.categories = categories;
    this.presets = presets;
    this.faults = faults;
  }

  void read(String text) {
    try {
      Map<String, Object> file = Tree.map(YamlTree.read(text), "");
      Tree.list(file, "presets").forEach(this::preset);
      String category = Tree.text(file, "category");
      if (!category.isEmpty()) {
        categories.put(category, new Category(category, Tree.text(file, "title")));
        Tree.list(file, "packages").forEach(one -> entry(category, one));
      } else if (!file.containsKey("presets")) {
        faults.accept("it has neither 'category' nor 'presets'");
      }
    } catch (JacksonException e) {
      faults.accept("it is not YAML: " + e.getOriginalMessage().lines().findFirst().orElse(""));
    }
  }

  private String id(Object tree, String what) {
    String id = Tree.text(tree, "id");
    if (!ID.matcher(id).matches()) {
      faults.accept(what + " '" + id + "' needs an ID of small letters, digits and . + _ -");
    }
    return id;
  }

  private void entry(String category, Object tree) {
    String id = id(tree, "package");
    Map<String, List<String>> names = new LinkedHashMap<>();
    for (String manager : PackageEntry.MANAGERS) {
      String text = Tree.text(tree, manager);
      if (!text.isBlank()) {
        List<String> words = List.of(text.strip().split("\\s+"));
        if (!words.stream().allMatch(word -> NAME.matcher(word).matches())) {
          faults.accept("package '" + id + "': '" + text + "' is no name of a package");
        }
        names.put(manager, words);
      }
    }
    Tree.map(tree, "").keySet().stream()
        .filter(key -> !KEYS.contains(key))
        .forEach(key -> faults.accept("package '" + id + "': unknown key '" + key + "'"));
    String el = Tree.text(tree, "el");
    PackageEntry before =
        entries.put(
            id,
            new PackageEntry(
                id,
                category,
                Tree.text(tree, "about"),
                names,
                el.isEmpty() ? "base" : el,
                words(tree, "missing"),
                words(tree, "verified"),
                Tree.text(tree, "notes")));
    if (before != null) {
      faults.accept("package '" + id + "' stands in category '" + before.category() + "' too");
    }
  }

  private void preset(Object tree) {
    String id = id(tree, "preset");
    presets.put(
        id,
        new Preset(
            id,
            Tree.text(tree, "title"),
            Tree.text(tree, "about"),
            List.copyOf(words(tree, "packages")),
            List.copyOf(words(tree, "where-available"))));
  }

  private static Set<String> words(Object tree, String key) {
    Set<String> words = new java.util.LinkedHashSet<>();
    Tree.list(tree, key).forEach(word -> words.add(Tree.text(word)));
    return words;
  }
}
