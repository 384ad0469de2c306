package dev.proxkiln.template.catalogue;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.port.PvePort;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code catalog list}: the images of the catalogue. */
public final class CatalogueList implements Query {

  static final Field<String> FAMILY =
      Field.of(
          "family",
          "Family",
          Type.text(
              "NAME", "[a-z0-9-]{1,40}", "Give a family or a distribution, for example rhel."),
          "Show images of one family or distribution only.");
  static final Field<String> ARCH =
      Field.of(
          "arch",
          "Architecture",
          Type.word("ARCH", "amd64", "arm64"),
          "Show images for one processor architecture only.");
  static final Field<Boolean> SUPPORTED =
      Field.of(
              "supported",
              "Supported only",
              Type.flag(),
              "Leave out releases that get no fixes any more.")
          .byDefault(false);

  private static final List<Column> COLUMNS =
      List.of(
          new Column("IMAGE", "id"),
          new Column("TITLE", "title"),
          new Column("SUPPORT", "support"),
          new Column("UNTIL", "until"),
          new Column("ARCH", "arch"),
          new Column("FIRMWARE", "firmware"),
          new Column("AGENT", "agent"));

  private final Supplier<Catalogue> catalogue;
  private final Supplier<LocalDate> today;

  /** The query; the day decides what is supported. */
  public CatalogueList(Supplier<Catalogue> catalogue, Supplier<LocalDate> today) {
    this.catalogue = catalogue;
    this.today = today;
  }

  @Override
  public String name() {
    return "catalog list";
  }

  @Override
  public String summary() {
    return "List the cloud images that a template can be made of.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of(FAMILY, ARCH, SUPPORTED);
  }

  @Override
  public boolean needsTarget() {
    return false;
  }

  @Override
  public Result answer(Answers answers, Facts facts, PvePort pve) {
    Optional<String> family = answers.find(FAMILY);
    Optional<String> arch = answers.find(ARCH);
    boolean supported = answers.find(SUPPORTED).orElse(false);
    LocalDate day = today.get();
    return new Rows(
        COLUMNS,
        catalogue.get().list().stream()
            .filter(
                i ->
                    family
                        .map(f -> i.family().equals(f) || i.distribution().equals(f))
                        .orElse(true))
            .filter(i -> arch.map(a -> i.arch().contains(a)).orElse(true))
            .filter(i -> !supported || support(i, day) != Support.ENDED)
            .<Object>map(i -> row(i, day))
            .toList());
  }

  private static Support support(Listed image, LocalDate day) {
    return Support.on(image.eol(), image.eolExtended(), day);
  }

  private static Map<String, Object> row(Listed image, LocalDate day) {
    Support support = support(image, day);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", image.id());
    row.put("title", image.title());
    row.put("distribution", image.distribution());
    row.put("family", image.family());
    row.put("version", image.version());
    row.put("codename", image.codename());
    row.put("support", support.word());
    row.put(
        "until",
        switch (support) {
          case SUPPORTED -> image.eol().map(LocalDate::toString).orElse("");
          case EXTENDED -> image.eolExtended().map(LocalDate::toString).orElse("");
          case ENDED, OPEN -> "";
        });
    row.put("arch", String.join(",", image.arch()));
    row.put("firmware", String.join(",", image.firmware()));
    row.put("agent", image.agent() ? "yes" : "no");
    row.put("aliases", image.aliases());
    return row;
  }
}
