package dev.proxkiln.template.existing;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.catalogue.Listed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** {@code template list}: the VM templates of the cluster; asks the node more only when told to. */
public final class TemplateList implements Query {

  private static final Field<Boolean> OURS =
      Field.of("ours", "Ours only", Type.flag(), "Leave out templates that proxkiln did not make.")
          .byDefault(false);

  private static final Field<Boolean> CHECK =
      Field.of(
              "check",
              "Check",
              Type.flag(),
              "Read the configuration of each as well, and warn of what will not last.")
          .byDefault(false);

  private static final Column WARNING = new Column("WARNING", "warning");

  private static final Column COPIES = new Column("COPIES", "copies");

  private static final List<Column> COLUMNS =
      List.of(
          new Column("VMID", "vmid"),
          new Column("NAME", "name"),
          new Column("NODE", "node"),
          new Column("IMAGE", "image"),
          new Column("MADE BY", "made-by"),
          new Column("TAGS", "tags"));

  private final Supplier<Catalogue> catalogue;

  /** The query; the catalogue tells which tag is the image. */
  public TemplateList(Supplier<Catalogue> catalogue) {
    this.catalogue = catalogue;
  }

  @Override
  public String name() {
    return "template list";
  }

  @Override
  public String summary() {
    return "List the VM templates of the cluster.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of(OURS, CHECK);
  }

  @Override
  public boolean needsTarget() {
    return true;
  }

  @Override
  public Result answer(Answers answers, Facts facts, PvePort pve) {
    boolean ours = answers.find(OURS).orElse(false);
    boolean check = answers.find(CHECK).orElse(false);
    List<Column> columns = new ArrayList<>(COLUMNS);
    if (facts.nodes().size() > 1) {
      columns.add(columns.size() - 2, COPIES);
    }
    if (check) {
      columns.add(WARNING);
    }
    return new Rows(
        columns,
        Templates.all(facts)
            .filter(guest -> !ours || Templates.isOurs(guest))
            .<Object>map(
                guest -> {
                  Map<String, Object> row = row(guest, facts);
                  if (check) {
                    row.put(WARNING.path(), warning(guest, pve));
                  }
                  return row;
                })
            .toList());
  }

  private static String warning(GuestFacts guest, PvePort pve) {
    SecureBoot state =
        SecureBoot.of(
            pve.send(
                    ResolvedCall.get(
                        "/nodes/" + guest.node() + "/qemu/" + guest.vmid() + "/config"))
                .value());
    return state.isOutdated() ? "Secure Boot " + state.text() : "";
  }

  private Map<String, Object> row(GuestFacts guest, Facts facts) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("vmid", guest.vmid());
    row.put("name", guest.name());
    row.put("node", guest.node());
    row.put("image", image(guest));
    row.put("copies", Copies.of(guest, facts).stream().map(GuestFacts::node).toList());
    Copies.original(guest, facts).ifPresent(original -> row.put("copy-of", original.vmid()));
    row.put("made-by", Templates.isOurs(guest) ? Templates.MADE : "");
    row.put("tags", String.join(";", guest.tags()));
    return row;
  }

  private String image(GuestFacts guest) {
    return Templates.isOurs(guest)
        ? catalogue.get().list().stream()
            .map(Listed::id)
            .filter(guest.tags()::contains)
            .findFirst()
            .orElse("")
        : "";
  }
}
