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
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code catalog search WORDS}: the images whose names or properties have all the words in them.
 */
public final class CatalogueSearch implements Query {

  private static final Field<String> WORDS =
      Field.of(
              "words",
              "Words",
              Type.anyText(200),
              "Words to look for in names, aliases, families and kinds; all of them must be found.")
          .mandatory()
          .at(1);

  private final Supplier<Catalogue> catalogue;
  private final Supplier<LocalDate> today;

  /** The query; the day decides what is supported. */
  public CatalogueSearch(Supplier<Catalogue> catalogue, Supplier<LocalDate> today) {
    this.catalogue = catalogue;
    this.today = today;
  }

  @Override
  public String name() {
    return "catalog search";
  }

  @Override
  public String summary() {
    return "Search the catalogue by words.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of(WORDS, CatalogueList.SUPPORTED);
  }

  @Override
  public Optional<String> several() {
    return Optional.of(WORDS.key());
  }

  @Override
  public boolean needsTarget() {
    return false;
  }

  @Override
  public Result answer(Answers answers, Facts facts, PvePort pve) {
    List<String> words = List.of(answers.get(WORDS).strip().toLowerCase(Locale.ROOT).split("\\s+"));
    boolean supported = answers.find(CatalogueList.SUPPORTED).orElse(false);
    LocalDate day = today.get();
    return ListRows.of(
        catalogue.get().list().stream()
            .filter(i -> words.stream().allMatch(text(i)::contains))
            .filter(i -> !supported || ListRows.support(i, day) != Support.ENDED)
            .toList(),
        day);
  }

  private static String text(Listed image) {
    return String.join(
            "\n",
            image.id(),
            image.title(),
            image.kind(),
            image.provisioning(),
            image.distribution(),
            image.family(),
            image.version(),
            image.codename(),
            String.join("\n", image.aliases()))
        .toLowerCase(Locale.ROOT);
  }
}
