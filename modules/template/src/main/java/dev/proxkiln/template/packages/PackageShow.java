package dev.proxkiln.template.packages;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Nearest;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** {@code package show PACKAGE}: its names, and how sure they are. */
public final class PackageShow implements Query {

  private final Supplier<PackageSets> sets;
  private final Field<String> id;

  public PackageShow(Supplier<PackageSets> sets) {
    this.sets = sets;
    this.id =
        Field.of(
                "package",
                "Package",
                Type.text("PACKAGE", "[a-z0-9][a-z0-9.+_-]{0,59}", "Give a package, like curl."),
                "The package, by its name in the list.")
            .choosing(
                facts ->
                    sets.get().entries().stream()
                        .map(entry -> new Field.Choice(entry.id(), entry.about()))
                        .toList())
            .mandatory()
            .at(1);
  }

  @Override
  public String name() {
    return "package show";
  }

  @Override
  public String summary() {
    return "Show how a package is called in each distribution.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of(id);
  }

  @Override
  public boolean needsTarget() {
    return false;
  }

  @Override
  public Result answer(Answers answers, Facts facts, PvePort pve) {
    String word = answers.get(id);
    List<String> ids = sets.get().entries().stream().map(PackageEntry::id).toList();
    return new One(
        sets.get()
            .find(word)
            .map(PackageShow::tree)
            .orElseThrow(
                () ->
                    TemplateSlug.PACKAGE_UNKNOWN
                        .problem(
                            "--package",
                            "There is no package '" + word + "' in the lists.",
                            "",
                            Nearest.to(word, ids)
                                    .map(near -> "Did you mean '" + near + "'? ")
                                    .orElse("")
                                + "See all with: proxkiln package list")
                        .raise()));
  }

  static Map<String, Object> tree(PackageEntry entry) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("id", entry.id());
    tree.put("category", entry.category());
    tree.put("about", entry.about());
    Map<String, Object> names = new LinkedHashMap<>();
    Map<String, Object> presence = new LinkedHashMap<>();
    for (String manager : PackageEntry.MANAGERS) {
      if (entry.names().containsKey(manager)) {
        names.put(manager, String.join(" ", entry.names().getOrDefault(manager, List.of())));
      }
      presence.put(manager, entry.presence(manager).word());
    }
    tree.put("names", names);
    tree.put("presence", presence);
    tree.put("el", entry.names().containsKey("dnf") ? entry.el() : "absent");
    tree.put("missing", List.copyOf(entry.missing()));
    if (!entry.notes().isEmpty()) {
      tree.put("notes", entry.notes());
    }
    return tree;
  }
}
