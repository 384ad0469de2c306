package dev.proxkiln.template.install;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.catalogue.Firmware;
import dev.proxkiln.template.catalogue.Image;
import dev.proxkiln.template.catalogue.Kind;
import dev.proxkiln.template.catalogue.Needs;
import dev.proxkiln.template.catalogue.Provisioning;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Source;
import dev.proxkiln.template.part.SourceKind;
import dev.proxkiln.template.part.Subject;
import dev.proxkiln.template.part.Target;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** An installer ISO as the source of a template: {@code --iso}. */
public final class IsoKind implements SourceKind {

  private final Supplier<Catalogue> catalogue;
  private final boolean attended;

  private final Field<Iso> iso;

  private final Field<String> digest =
      Field.of(
              "iso-digest",
              "Digest of the ISO",
              Type.text(
                  "DIGEST",
                  "sha256:[0-9a-fA-F]{64}|sha512:[0-9a-fA-F]{128}",
                  "Give sha256: or sha512: and the digest in hex."),
              "Digest that an ISO from an address or a file must have, as sha256:HEX.")
          .onlyWhen(this::isElsewhere);

  private final Field<String> storage =
      Field.of(
              "iso-storage",
              "ISO storage",
              Type.text(
                  "STORAGE",
                  "[A-Za-z][A-Za-z0-9_.-]*[A-Za-z0-9]",
                  "Give the ID of a storage, like local."),
              "Storage that takes the ISO images for as long as the installation runs.")
          .byDefault(
              (facts, answers) ->
                  facts.storagesFor("iso").stream().map(StorageFacts::id).findFirst())
          .choosing(
              facts ->
                  facts.storagesFor("iso").stream()
                      .map(s -> new Field.Choice(s.id(), s.type()))
                      .toList())
          .onlyWhen(this::wanted);

  private final Field<String> installer;

  private final AnswerFields answerFields;

  /**
   * The kind.
   *
   * @param attended whether a person answers the installer, so that nothing needs to be known of it
   */
  public IsoKind(Supplier<Catalogue> catalogue, boolean attended) {
    this.catalogue = catalogue;
    this.attended = attended;
    iso =
        Field.of(
                "iso",
                "Installer ISO",
                Iso.type(),
                "ISO to install from: ID of the catalogue, volume like local:iso/x.iso, file of this"
                    + " machine, or https address.")
            .choosing(
                facts ->
                    catalogue.get().list().stream()
                        .filter(i -> i.kind().equals(Kind.INSTALLER_ISO.word()))
                        .filter(i -> i.arch().contains(Subject.ARCH))
                        .map(i -> new Field.Choice(i.id(), i.title()))
                        .toList())
            .at(attended ? 1 : 0);
    installer =
        Field.of(
                "installer",
                "Installer",
                Type.word(
                    "INSTALLER",
                    Arrays.stream(Installer.values()).map(Installer::word).toArray(String[]::new)),
                "Kind of answers that the ISO understands; left out, by the ISO's name.")
            .byDefault((facts, answers) -> known(answers).map(Installer::word))
            .onlyWhen(this::wanted);
    answerFields = new AnswerFields(this::wanted, this::chosen);
  }

  @Override
  public List<Field<?>> fields() {
    List<Field<?>> fields = new ArrayList<>(List.of(iso, digest, storage));
    if (!attended) {
      fields.add(installer);
      fields.addAll(answerFields.fields());
    }
    return fields;
  }

  @Override
  public boolean bringsFile() {
    return false;
  }

  @Override
  public boolean fillsDisk() {
    return false;
  }

  private boolean isElsewhere(Answers answers) {
    return answers.find(iso).map(where -> !(where instanceof Iso.Volume)).orElse(false);
  }

  // ---- what is known of the ISO ----

  private Optional<Image> entry(Answers answers) {
    return answers
        .find(iso)
        .flatMap(
            where ->
                where instanceof Iso.Entry(String word)
                    ? catalogue.get().find(word).filter(i -> i.kind() == Kind.INSTALLER_ISO)
                    : Optional.empty());
  }

  /** The installer by the catalogue or by the file's name. */
  private Optional<Installer> known(Answers answers) {
    Optional<Image> entry = entry(answers);
    if (entry.isPresent()) {
      return Installer.find(entry.get().nature().answers());
    }
    return answers.find(iso).flatMap(where -> Installer.byName(where.name()));
  }

  private Optional<Installer> chosen(Answers answers) {
    return attended ? known(answers) : answers.find(installer).flatMap(Installer::find);
  }

  @Override
  public Optional<Subject> subject(Answers answers) {
    Optional<Iso> where = answers.find(iso);
    if (where.isEmpty() || (where.get() instanceof Iso.Entry && entry(answers).isEmpty())) {
      return Optional.empty();
    }
    Optional<Installer> by = chosen(answers);
    Optional<Image> entry = entry(answers);
    Needs needs = needs(entry, by);
    Set<Firmware> firmware = attended ? Set.of() : by.map(Installer::firmware).orElse(Set.of());
    return Optional.of(
        new Subject(
            entry.map(Image::id).orElseGet(() -> tag(where.get().name())),
            entry.map(Image::title).orElse(where.get().name()),
            entry.map(Image::family).orElse(by.map(Installer::family).orElse("")),
            needs,
            firmware,
            Provisioning.CLOUD_INIT));
  }

  /** A name that PVE takes for a tag. */
  private static String tag(String file) {
    String plain =
        file.toLowerCase(Locale.ROOT)
            .replaceFirst("\\.(?:iso|img)$", "")
            .replaceAll("[^a-z0-9.-]+", "-")
            .replaceFirst("^[.-]+", "")
            .replaceFirst("[.-]+$", "");
    String cut = plain.length() > 40 ? plain.substring(0, 40).replaceFirst("[.-]+$", "") : plain;
    return cut.isEmpty() ? "installed" : cut;
  }

  private static Needs needs(Optional<Image> entry, Optional<Installer> by) {
    String user = by.map(Installer::user).orElse("admin");
    String packages = by.map(Installer::packages).orElse("");
    long gib = 1L << 30;
    return entry
        .map(Image::needs)
        .map(
            n ->
                new Needs(
                    user,
                    packages,
                    n.firmware(),
                    n.osType(),
                    n.secureBoot(),
                    n.machine(),
                    n.cpu(),
                    n.cloudInitBus(),
                    n.diskBus(),
                    "std",
                    true,
                    true,
                    n.memory(),
                    Math.max(n.minDisk(), 8 * gib),
                    Optional.empty()))
        .orElseGet(
            () ->
                new Needs(
                    user,
                    packages,
                    Set.of(Firmware.BIOS, Firmware.UEFI),
                    "l26",
                    // A person decides; the usual installers are signed.
                    true,
                    "q35",
                    "x86-64-v2-AES",
                    "scsi",
                    "scsi",
                    "std",
                    true,
                    true,
                    2 * gib,
                    10 * gib,
                    Optional.empty()));
  }

  // ---- reading ----

  @Override
  public void check(Target target) {
    Optional<String> given = target.given(iso);
    if (given.isEmpty()) {
      return;
    }
    given
        .filter(word -> Image.ID.matcher(word).matches() && !word.endsWith(".iso"))
        .flatMap(word -> unknown(target, word))
        .ifPresent(target::problem);
    if (target.facts().known() && !takesIso(target.facts(), target.given(storage))) {
      target.problem(InstallSource.withoutIso(target.where(storage.key()), target.given(storage)));
    }
  }

  private Optional<Problem> unknown(Target target, String word) {
    Optional<Image> image = catalogue.get().find(word);
    if (image.isEmpty()) {
      return Optional.of(catalogue.get().unknown(target.where(iso.key()), word));
    }
    return image
        .filter(i -> i.kind() != Kind.INSTALLER_ISO)
        .map(
            i ->
                TemplateSlug.ISO_UNUSABLE.problem(
                    target.where(iso.key()),
                    "'" + i.id() + "' is no installer ISO.",
                    "The catalogue says that it is a " + i.kind().word() + ".",
                    "Give it as --image, or see: proxkiln catalog list --kind installer-iso"));
  }

  private static boolean takesIso(Facts facts, Optional<String> id) {
    return id.isEmpty()
        ? !facts.storagesFor("iso").isEmpty()
        : facts.storage(id.get()).map(s -> s.takes("iso")).orElse(false);
  }

  @Override
  public Optional<Source> read(Reading reading) {
    Iso where = reading.get(iso);
    Optional<String> on = reading.find(storage);
    List<Problem> problems = new ArrayList<>();
    Optional<Fetch> fetch =
        new IsoFetch(catalogue, reading, iso, reading.find(digest))
            .of(where, entry(reading.answers()), problems);
    Optional<InstallSource.Unattended> how =
        attended ? Optional.empty() : unattended(reading, where, problems);
    problems.forEach(reading::problem);
    if (!problems.isEmpty() || on.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new InstallSource(reading.subject(), where, fetch, on.get(), how));
  }

  private Optional<InstallSource.Unattended> unattended(
      Reading reading, Iso where, List<Problem> problems) {
    Optional<Installer> by = chosen(reading.answers());
    if (by.isEmpty()) {
      problems.add(
          TemplateSlug.ISO_UNUSABLE.problem(
              reading.where(iso),
              "It is not known how '" + where.name() + "' is installed without anybody.",
              "",
              "Say it with --installer, or answer it yourself: proxkiln template install"));
      return Optional.empty();
    }
    if (!by.get().firmware().contains(reading.firmware())) {
      problems.add(
          TemplateSlug.ISO_UNUSABLE.problem(
              reading.target().where("firmware"),
              "An installer of kind '"
                  + by.get().word()
                  + "' cannot start by itself under "
                  + reading.firmware().word()
                  + ".",
              "Its boot menu there waits for a key, and cannot be replaced.",
              "Leave --firmware out, or answer it yourself: proxkiln template install"));
    }
    if (by.get().needsRemaster()
        && where instanceof Iso.Volume
        && reading.facts().known()
        && !reading.facts().sharesFiles()) {
      problems.add(
          TemplateSlug.ISO_UNUSABLE.problem(
              reading.where(iso),
              "'" + where.print() + "' cannot be read from here.",
              "An installer of kind '"
                  + by.get().word()
                  + "' needs a copy of its ISO with another boot menu, which is made here.",
              "Give the ISO as an ID of the catalogue, a file of this machine or an address."));
    }
    return Optional.of(
        new InstallSource.Unattended(
            by.get(), answerFields.settings(reading), answerFields.deadline(reading)));
  }
}
