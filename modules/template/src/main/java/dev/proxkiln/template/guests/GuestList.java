package dev.proxkiln.template.guests;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.port.PvePort;
import java.util.List;

/** {@code guest list}: the guests of the cluster that are no templates; one call, whatever many. */
public final class GuestList implements Query {
  private static final List<Column> COLUMNS =
      List.of(
          new Column("VMID", "vmid"),
          new Column("NAME", "name"),
          new Column("STATE", "state"),
          new Column("NODE", "node"),
          new Column("TYPE", "type"),
          new Column("MEMORY", "memory"),
          new Column("CLONE OF", "clone-of"),
          new Column("TAGS", "tags"));

  @Override
  public String name() {
    return "guest list";
  }

  @Override
  public String summary() {
    return "List the guests of the cluster that are no templates, and what they were cloned of.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of();
  }

  @Override
  public boolean needsTarget() {
    return true;
  }

  @Override
  public Result answer(Answers answers, Facts facts, PvePort pve) {
    return new Rows(
        COLUMNS,
        facts.guests().stream()
            .filter(guest -> !guest.template())
            .sorted((a, b) -> Long.compare(a.vmid(), b.vmid()))
            .<Object>map(guest -> Guests.tree(guest, facts))
            .toList());
  }
}
