package dev.proxkiln.template.catalogue;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.port.PvePort;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code catalog list}: the images of the catalogue, or how many there are. */
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

  private static final Field<String> KIND =
      Field.of(
          "kind",
          "Kind",
          Type.word("KIND", "cloud-image", "appliance", "installer-iso", "manual"),
          "Show one kind of image only.");
  private static final Field<String> BY =
      Field.of(
          "count-by",
          "Count by",
          Type.word("WHAT", "family", "distribution", "kind", "provisioning", "support"),
          "Show how many images there are, in place of the images.");

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
    return "List the images that a template can be made of.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of(FAMILY, ARCH, KIND, SUPPORTED, BY);
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
    Optional<String> kind = answers.find(KIND);
    LocalDate day = today.get();
    List<Listed> images =
        catalogue.get().list().stream()
            .filter(
                i ->
                    family
                        .map(f -> i.family().equals(f) || i.distribution().equals(f))
                        .orElse(true))
            // What one fetches oneself may be for any architecture.
            .filter(i -> arch.map(a -> i.arch().isEmpty() || i.arch().contains(a)).orElse(true))
            .filter(i -> kind.map(k -> i.kind().equals(k)).orElse(true))
            .filter(i -> !supported || ListRows.support(i, day) != Support.ENDED)
            .toList();
    return answers
        .find(BY)
        .map(property -> ListRows.counts(images, property, day))
        .orElseGet(() -> ListRows.of(images, day));
  }
}
