package dev.proxkiln.template.packages;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.port.PvePort;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** {@code package presets}: sets of packages for a purpose. */
public final class PackagePresets implements Query {

  private final Supplier<PackageSets> sets;

  public PackagePresets(Supplier<PackageSets> sets) {
    this.sets = sets;
  }

  @Override
  public String name() {
    return "package presets";
  }

  @Override
  public String summary() {
    return "List the sets of packages for a purpose.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of();
  }

  @Override
  public boolean needsTarget() {
    return false;
  }

  @Override
  public Result answer(Answers answers, Facts facts, PvePort pve) {
    return new Rows(
        List.of(
            new Column("PRESET", "id"), new Column("TITLE", "title"), new Column("ABOUT", "about")),
        sets.get().presets().stream().<Object>map(PackagePresets::row).toList());
  }

  private static Map<String, Object> row(Preset preset) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", preset.id());
    row.put("title", preset.title());
    row.put("about", preset.about());
    row.put("packages", preset.packages());
    row.put("where-available", preset.whereAvailable());
    return row;
  }
}
