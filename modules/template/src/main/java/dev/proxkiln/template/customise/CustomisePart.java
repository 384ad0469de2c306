package dev.proxkiln.template.customise;

import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.template.packages.Choice;
import dev.proxkiln.template.packages.PackageSets;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Part;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Sources;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What a template gets besides its image. */
public final class CustomisePart implements Part<Customisation> {

  private final CustomiseFields fields;

  /** A part; the lists of packages are read when one is first asked for. */
  public CustomisePart(Sources sources, Supplier<PackageSets> sets) {
    fields = new CustomiseFields(sources::subject, sets);
  }

  @Override
  public Schema.Page page() {
    return fields.page();
  }

  /** Says which packages are unknown; what is wished is done by others, so nothing is read here. */
  @Override
  public Optional<Customisation> read(Reading reading) {
    choice(reading).problems().forEach(reading::problem);
    return Optional.empty();
  }

  @Override
  public void plan(Customisation wish, Draft draft) {}

  /** What is left to the first boot of clones. */
  public Customisation firstBoot(Reading reading) {
    return fields.read(reading.answers(), choice(reading));
  }

  /** The setting that is the reason for a first boot with work to do. */
  public Field<?> reason(Reading reading) {
    Answers answers = reading.answers();
    return page().fields().stream().filter(answers::given).findFirst().orElse(fields.timezone);
  }

  private Choice choice(Reading reading) {
    return fields.choice(reading.answers(), reading::where);
  }

  /** The settings that are read, for those who need one of them. */
  public List<Field<?>> settings() {
    return page().fields();
  }
}
