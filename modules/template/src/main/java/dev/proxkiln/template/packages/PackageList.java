package dev.proxkiln.template.packages;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.port.PvePort;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code package list}: the packages that a template can get. */
public final class PackageList implements Query {

  private static final Field<String> MANAGER =
      Field.of(
          "manager",
          "Package manager",
          Type.word("MANAGER", PackageEntry.MANAGERS.toArray(String[]::new)),
          "Show only what this package manager has, under its name there.");

  private final Supplier<PackageSets> sets;
  private final Field<String> category;

  public PackageList(Supplier<PackageSets> sets) {
    this.sets = sets;
    this.category =
        Field.of(
                "category",
                "Category",
                Type.text("CATEGORY", "[a-z][a-z0-9-]{0,39}", "Give a category, like network."),
                "Show packages of one category only.")
            .choosing(
                facts ->
                    sets.get().categories().stream()
                        .map(c -> new Field.Choice(c.id(), c.title()))
                        .toList());
  }

  @Override
  public String name() {
    return "package list";
  }

  @Override
  public String summary() {
    return "List the packages that a template can get.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of(category, MANAGER);
  }

  @Override
  public boolean needsTarget() {
    return false;
  }

  @Override
  public Result answer(Answers answers, Facts facts, PvePort pve) {
    Optional<String> wanted = answers.find(category);
    Optional<String> manager = answers.find(MANAGER);
    return new Rows(
        List.of(
            new Column("PACKAGE", "id"),
            new Column("CATEGORY", "category"),
            new Column("ABOUT", "about"),
            manager.isPresent() ? new Column("NAME", "name") : new Column("MISSING IN", "absent")),
        sets.get().entries().stream()
            .filter(entry -> wanted.map(entry.category()::equals).orElse(true))
            .filter(entry -> manager.map(entry.names()::containsKey).orElse(true))
            .<Object>map(entry -> row(entry, manager))
            .toList());
  }

  private static Map<String, Object> row(PackageEntry entry, Optional<String> manager) {
    Map<String, Object> row = PackageShow.tree(entry);
    row.put(
        "absent",
        String.join(
            ",",
            PackageEntry.MANAGERS.stream().filter(m -> !entry.names().containsKey(m)).toList()));
    manager.ifPresent(
        m -> row.put("name", String.join(" ", entry.names().getOrDefault(m, List.of()))));
    return new LinkedHashMap<>(row);
  }
}
