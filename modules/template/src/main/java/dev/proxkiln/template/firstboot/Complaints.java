package dev.proxkiln.template.firstboot;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.template.cloudinit.Fault;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says what is wrong with own cloud-init files, and with them beside other settings. */
final class Complaints {
  private final Reading reading;

  Complaints(Reading reading) {
    this.reading = reading;
  }

  /** The file is not what cloud-init takes. */
  void invalid(Field<?> field, List<Fault> faults) {
    if (!faults.isEmpty()) {
      reading.problem(
          TemplateSlug.CLOUD_INIT_INVALID.problem(
              reading.where(field),
              field.label() + " is not what cloud-init takes.",
              faults.stream().map(Fault::toString).collect(Collectors.joining("; ")) + ".",
              "Mend the file; cloud-init schema --config-file FILE checks it too."));
    }
  }

  /** Two settings that cannot both be. */
  void conflict(Field<?> field, String what, String why, String next) {
    reading.problem(
        TemplateSlug.CLOUD_INIT_CONFLICT.problem(reading.where(field), what, why, next));
  }

  /** Own user data without consent. */
  void replaces(Field<?> field) {
    reading.problem(
        TemplateSlug.USER_DATA_REPLACES.problem(
            reading.where(field),
            "Own user data takes the place of all that Proxmox VE says there.",
            "Clones then get no host name and no password from their settings, and keys that are"
                + " changed later do not reach them.",
            "Give the file as --vendor-data, which adds to it, or agree with"
                + " --replace-user-data."));
  }

  /** More than PVE reads (qemu-server: PVE/QemuServer/Cloudinit.pm). */
  void tooLarge(Field<?> field, String what, String limit) {
    reading.problem(
        TemplateSlug.CLOUD_INIT_TOO_LARGE.problem(
            reading.where(field),
            what,
            "Proxmox VE reads " + limit + ".",
            "Have clones fetch large files from a server, for example by runcmd."));
  }

  /** The first of some settings that the user gave; {@code none} asks for nothing. */
  Optional<String> given(List<String> keys) {
    return keys.stream()
        .filter(
            key ->
                Optional.ofNullable(reading.answers().all().get(key))
                    .filter(answer -> answer.origin().kind() != Origin.Kind.DEFAULT)
                    .filter(answer -> !answer.value().equals("none"))
                    .isPresent())
        .findFirst();
  }
}
