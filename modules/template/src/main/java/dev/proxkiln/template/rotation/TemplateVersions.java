package dev.proxkiln.template.rotation;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.port.PvePort;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code template versions}: the versions of one definition, or of all. */
public final class TemplateVersions implements Query {
  private static final List<Column> COLUMNS =
      List.of(
          new Column("DEFINITION", "definition"),
          new Column("VERSION", "version"),
          new Column("STATE", "state"),
          new Column("VMID", "vmid"),
          new Column("NODE", "node"),
          new Column("NAME", "name"),
          new Column("BOOT TEST", "boot-test"),
          new Column("CLONES", "clones"));

  @Override
  public String name() {
    return "template versions";
  }

  @Override
  public String summary() {
    return "List the versions of a definition's template, and what hangs on them.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of(Definitions.NAME);
  }

  @Override
  public boolean needsTarget() {
    return true;
  }

  @Override
  public Result answer(Answers answers, Facts facts, PvePort pve) {
    List<String> names =
        answers.find(Definitions.NAME).map(List::of).orElseGet(() -> Series.names(facts));
    Dependents dependents = new Dependents(pve, facts);
    List<Object> rows = new ArrayList<>();
    for (String name : names) {
      Series series = Series.of(facts, name);
      for (Series.Version version : series.versions()) {
        Notes notes = Notes.of(pve, version.guest());
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("definition", name);
        row.put("version", version.version());
        row.put("state", state(version));
        row.put("vmid", version.guest().vmid());
        row.put("node", version.guest().node());
        row.put("name", version.guest().name());
        row.put("boot-test", notes.bootTest().replaceFirst("[ ,].*", ""));
        row.put("digest", notes.digest());
        row.put("clones", dependents.of(series, version).clones());
        rows.add(row);
      }
    }
    return new Rows(COLUMNS, rows);
  }

  private static String state(Series.Version version) {
    if (version.current()) {
      return "current";
    }
    return version.superseded() ? "superseded" : "candidate";
  }
}
