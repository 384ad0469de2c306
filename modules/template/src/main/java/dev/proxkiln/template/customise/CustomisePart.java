package dev.proxkiln.template.customise;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.template.packages.Choice;
import dev.proxkiln.template.packages.PackageSets;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Part;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Sources;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What a template gets besides its image, and whether offline or at the first boot. */
public final class CustomisePart implements Part<Offline> {

  private final Sources sources;
  private final CustomiseFields fields;
  private final Field<Long> diskSize;
  private final Offline.Planner planner;

  /**
   * A part; the lists of packages are read when one is first asked for.
   *
   * @param diskSize the setting of another part that says how large the disk will be
   * @param planner what plans an offline customisation
   */
  public CustomisePart(
      Sources sources, Supplier<PackageSets> sets, Field<Long> diskSize, Offline.Planner planner) {
    this.sources = sources;
    this.diskSize = diskSize;
    this.fields = new CustomiseFields(sources::subject, sets);
    this.planner = planner;
  }

  @Override
  public Schema.Page page() {
    return fields.page();
  }

  /** Says which packages are unknown, and what is done offline. */
  @Override
  public Optional<Offline> read(Reading reading) {
    Choice choice = choice(reading);
    choice.problems().forEach(reading::problem);
    Customisation wish = fields.read(reading.answers(), choice);
    if (wish.isEmpty()) {
      fields
          .onlyHow(reading.answers())
          .ifPresent(
              field ->
                  reading.problem(
                      CoreSlug.INVALID_VALUE.problem(
                          reading.where(field),
                          "--" + field.key() + " says how to customize, and nothing says what.",
                          "",
                          "Leave it out, or give --packages or another setting of this page.")));
      return Optional.empty();
    }
    if (way(reading, wish) == Way.FIRST_BOOT) {
      if (!reading.subject().provisioning().readsCloudConfig()) {
        reading.problem(notAtFirstBoot(reading));
      }
      return Optional.empty();
    }
    if (!sources.bringsFile(reading.target())) {
      reading.problem(
          CoreSlug.INVALID_VALUE.problem(
              reading.where(fields.when),
              "What the template is made of cannot be customized offline.",
              "Only an image that is a file on this machine can be: this is a volume of the node, or"
                  + " nothing yet.",
              "Give --customize first-boot."));
      return Optional.empty();
    }
    return Optional.of(
        new Offline(
            wish,
            Tool.of(reading.find(fields.with).orElse("libguestfs")),
            reading.find(diskSize).orElse(0L),
            choice.leftOut()));
  }

  @Override
  public void plan(Offline offline, Draft draft) {
    planner.plan(offline, draft);
  }

  private Problem notAtFirstBoot(Reading reading) {
    return CoreSlug.INVALID_VALUE.problem(
        reading.where(reason(reading)),
        "Clones of " + reading.subject().title() + " cannot do that at their first boot.",
        "What is in it for that, "
            + reading.subject().provisioning().word()
            + ", does not do what cloud-init does.",
        sources.bringsFile(reading.target())
            ? "Give --customize offline, or leave it out."
            : "Leave it out; only an image that is a file on this machine can be changed before.");
  }

  /**
   * When a wish is done. Packages, files and commands are done once, so that clones start finished;
   * settings alone are not worth opening the image, where a snippet can say them.
   */
  private Way way(Reading reading, Customisation wish) {
    String word = reading.find(fields.when).orElse("auto");
    if (!word.equals("auto")) {
      return word.equals(Way.OFFLINE.word()) ? Way.OFFLINE : Way.FIRST_BOOT;
    }
    if (!sources.bringsFile(reading.target())) {
      return Way.FIRST_BOOT;
    }
    boolean much =
        !wish.packages().isEmpty() || !wish.files().isEmpty() || !wish.commands().isEmpty();
    return much
            || !reading.subject().provisioning().readsCloudConfig()
            || !takesSnippets(reading.facts())
        ? Way.OFFLINE
        : Way.FIRST_BOOT;
  }

  private static boolean takesSnippets(Facts facts) {
    return facts.storagesFor("snippets").stream()
        .filter(s -> s.path().isPresent())
        .anyMatch(s -> facts.writesFiles() || (s.shared() && facts.reachesFiles()));
  }

  /** What is left to the first boot of clones. */
  public Customisation firstBoot(Reading reading) {
    Customisation wish = fields.read(reading.answers(), choice(reading));
    return way(reading, wish) == Way.FIRST_BOOT ? wish : Customisation.NOTHING;
  }

  /** The setting that is the reason for a first boot with work to do. */
  public Field<?> reason(Reading reading) {
    Answers answers = reading.answers();
    return fields.what().stream().filter(answers::given).findFirst().orElse(fields.timezone);
  }

  private Choice choice(Reading reading) {
    return fields.choice(reading.answers(), reading::where);
  }

  /** The settings that are read, for those who need one of them. */
  public List<Field<?>> settings() {
    return page().fields();
  }
}
