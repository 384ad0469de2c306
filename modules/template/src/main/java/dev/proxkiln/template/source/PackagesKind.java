package dev.proxkiln.template.source;

import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.template.catalogue.Firmware;
import dev.proxkiln.template.catalogue.Image;
import dev.proxkiln.template.catalogue.Needs;
import dev.proxkiln.template.catalogue.Provisioning;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Source;
import dev.proxkiln.template.part.SourceKind;
import dev.proxkiln.template.part.Subject;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Debian or Ubuntu, built straight from the distribution's repositories. */
final class PackagesKind implements SourceKind {
  private static final String ARCHIVE = "host|https?://[A-Za-z0-9._:/~%+-]+";
  private static final String NEXT =
      "Give an address like http://deb.debian.org/debian, or host for what APT uses here.";

  private final Likeness likeness;
  private final Supplier<String> script;

  private final Field<String> release =
      Field.of(
          "from-packages",
          "From packages",
          Type.word("RELEASE", Release.ids()),
          "Build the image here, as root, from the packages of this release; no publisher's image is"
              + " needed.");

  private final Field<String> mirror =
      Field.of(
              "mirror",
              "Package mirror",
              Type.text("MIRROR", ARCHIVE, NEXT),
              "Package archive to build from, and for the guest to update from; host is the one that"
                  + " this machine uses, else the distribution's own.")
          .byDefault("host")
          .onlyWhen(answers -> wanted(answers));

  private final Field<String> security =
      Field.of(
              "security-mirror",
              "Security mirror",
              Type.text("MIRROR", ARCHIVE, NEXT),
              "The same for security updates.")
          .byDefault("host")
          .onlyWhen(answers -> wanted(answers));

  private final Field<String> kernelOptions =
      Field.of(
              "kernel-options",
              "Kernel options",
              Type.text(
                  "OPTIONS",
                  "[A-Za-z0-9._=,:/ -]{0,500}",
                  "Give words for the kernel's command line, for example net.ifnames=0."),
              "More words for the kernel's command line.")
          .byDefault("")
          .onlyWhen(answers -> wanted(answers));

  private final Field<List<String>> hostKeys =
      Field.of(
              "host-keys",
              "Host keys",
              Type.listOf(Type.word("TYPE", "ed25519", "ecdsa", "rsa"), ", "),
              "Types of SSH host keys that a clone makes; left out, all of them.")
          .byDefault(List.of())
          .onlyWhen(answers -> wanted(answers));

  /**
   * The kind.
   *
   * @param script the builder
   */
  PackagesKind(Likeness likeness, Supplier<String> script) {
    this.likeness = likeness;
    this.script = script;
  }

  @Override
  public List<Field<?>> fields() {
    return List.of(release, mirror, security, kernelOptions, hostKeys);
  }

  @Override
  public Optional<Subject> subject(Answers answers) {
    return answers.find(release).flatMap(Release::find).map(this::subject);
  }

  private Subject subject(Release built) {
    Optional<Needs> known = likeness.known(built.id()).map(Image::needs);
    return new Subject(
        built.id() + "-built",
        built.title() + ", built from packages",
        built.distribution().equals("ubuntu") ? "debian" : built.distribution(),
        needs(built, known),
        EnumSet.of(Firmware.BIOS, Firmware.UEFI),
        Provisioning.CLOUD_INIT);
  }

  private static Needs needs(Release built, Optional<Needs> known) {
    return new Needs(
        known.map(Needs::user).orElse(built.distribution()),
        "apt",
        EnumSet.of(Firmware.BIOS, Firmware.UEFI),
        "l26",
        true,
        "q35",
        known.map(Needs::cpu).orElse("x86-64-v2-AES"),
        "scsi",
        "scsi",
        "serial",
        true,
        true,
        known.map(Needs::memory).orElse(512L << 20),
        BuiltImage.MEBIBYTES << 20,
        Optional.of(BuiltImage.MEBIBYTES << 20));
  }

  @Override
  public Optional<Source> read(Reading reading) {
    return Release.find(reading.get(release))
        .map(
            built ->
                new BuiltImage(
                    reading.subject(),
                    script.get(),
                    built,
                    reading.get(mirror),
                    reading.get(security),
                    reading.get(kernelOptions),
                    reading.get(hostKeys)));
  }
}
