package dev.proxkiln.template.existing;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.port.Publishers;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.catalogue.Listed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
              "Read the configuration of each as well: when it was made, how its test ended, and what"
                  + " will not last.")
          .byDefault(false);

  private static final Field<Boolean> UPSTREAM =
      Field.of(
              "upstream",
              "Upstream",
              Type.flag(),
              "The same, and ask the publishers whether they have a newer build.")
          .byDefault(false);

  private static final Column WARNING = new Column("WARNING", "warning");

  private static final Column COPIES = new Column("COPIES", "copies");

  private static final List<Column> CHECKED =
      List.of(
          new Column("VMID", "vmid"),
          new Column("NAME", "name"),
          new Column("NODE", "node"),
          new Column("IMAGE", "image"),
          new Column("MADE", "made"),
          new Column("TEST", "test"),
          new Column("CLONES", "clones"));

  private static final Column MADE_BY = new Column("MADE BY", "made-by");

  private static final List<Column> COLUMNS =
      List.of(
          new Column("VMID", "vmid"),
          new Column("NAME", "name"),
          new Column("NODE", "node"),
          new Column("IMAGE", "image"),
          MADE_BY,
          new Column("TAGS", "tags"));

  private final Supplier<Catalogue> catalogue;
  private final Supplier<Publishers> publishers;

  /** The query; the catalogue tells which tag is the image. */
  public TemplateList(Supplier<Catalogue> catalogue, Supplier<Publishers> publishers) {
    this.catalogue = catalogue;
    this.publishers = publishers;
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
    return Schema.of(OURS, CHECK, UPSTREAM);
  }

  @Override
  public boolean needsTarget() {
    return true;
  }

  @Override
  public Result answer(Answers answers, Facts facts, PvePort pve) {
    boolean ours = answers.find(OURS).orElse(false);
    boolean upstream = answers.find(UPSTREAM).orElse(false);
    boolean check = upstream || answers.find(CHECK).orElse(false);
    List<Column> columns = new ArrayList<>(check ? CHECKED : COLUMNS);
    if (facts.nodes().size() > 1) {
      columns.add(4, COPIES);
    }
    if (upstream) {
      columns.add(new Column("UPSTREAM", "upstream"));
    }
    if (check) {
      columns.add(WARNING);
    }
    Standing standing = new Standing(catalogue.get(), publishers);
    List<Object> rows = new ArrayList<>();
    for (GuestFacts guest : Templates.all(facts).toList()) {
      if (!ours || Templates.isOurs(guest)) {
        Map<String, Object> row = row(guest, facts);
        if (check) {
          Object config = Templates.config(pve, guest);
          row.put("made", Standing.made(config));
          row.put("test", Standing.tested(config));
          row.put("clones", Standing.clones(guest, facts));
          if (upstream) {
            row.put("upstream", standing.upstream(image(guest), config));
          }
          row.put(WARNING.path(), warning(config));
        }
        rows.add(row);
      }
    }
    return new Rows(columns, rows);
  }

  private static String warning(@Nullable Object config) {
    SecureBoot state = SecureBoot.of(config);
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
