package dev.proxkiln.template.source;

import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.catalogue.Image;
import dev.proxkiln.template.catalogue.Needs;
import dev.proxkiln.template.catalogue.Provisioning;
import dev.proxkiln.template.part.Subject;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What an image of the user's own is like. Where {@code --image} is given beside its source, that
 * image of the catalogue says what it needs of the virtual machine; else only the usual is assumed.
 */
final class Likeness {
  private final Supplier<Catalogue> catalogue;

  /** How the image is set up, where the catalogue does not know it. */
  final Field<String> provisioning =
      Field.of(
          "provisioning",
          "Provisioning",
          Type.word("HOW", "cloud-init", "ignition", "talos", "none"),
          "How an image of your own is set up; none imports it as it is, as appliances want it.");

  Likeness(Supplier<Catalogue> catalogue) {
    this.catalogue = catalogue;
  }

  private Optional<Image> model(Answers answers) {
    return Optional.ofNullable(answers.all().get("image"))
        .flatMap(answer -> catalogue.get().find(answer.value().toString()));
  }

  /**
   * The subject.
   *
   * @param id its name where the catalogue says nothing
   */
  Subject subject(Answers answers, String id, String title) {
    Optional<Subject> model = model(answers).map(Subject::of);
    Subject plain =
        model.orElseGet(
            () -> new Subject(id, title, "", unknown(), Set.of(), Provisioning.CLOUD_INIT));
    return answers
        .find(provisioning)
        .map(word -> Provisioning.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_')))
        .map(
            how ->
                new Subject(
                    plain.id(),
                    plain.title(),
                    plain.family(),
                    plain.needs(),
                    plain.firmware(),
                    how))
        .orElse(plain);
  }

  /** The catalogue's entry for an ID, whatever the user chose. */
  Optional<Image> known(String id) {
    return catalogue.get().find(id);
  }

  /** What boots nearly everywhere; how large the disk is shows only when the image is here. */
  private static Needs unknown() {
    return new Needs(
        "cloud",
        "",
        Set.of(),
        "l26",
        true,
        "q35",
        "x86-64-v2-AES",
        "scsi",
        "scsi",
        "std",
        true,
        true,
        0,
        0,
        Optional.empty());
  }
}
