package dev.proxkiln.template.create;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Group;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.template.catalogue.Needs;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Part;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Sources;
import dev.proxkiln.template.part.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** The disks, where they are, and how the image gets onto the first. */
final class DisksPart implements Part<Disks> {

  /** How many of each bus PVE knows. */
  private static final Map<String, Integer> SLOTS = Map.of("scsi", 31, "virtio", 16, "sata", 6);

  private final Sources sources;

  private final Field<String> storage =
      Field.of("storage", "Storage", Storages.id(), "Storage for the template's disks.")
          .byDefault((facts, answers) -> Storages.first(facts, "images"))
          .choosing(facts -> Storages.choices(facts, "images"));

  private final Field<String> imageStorage =
      Field.of(
              "image-storage",
              "Image storage",
              Storages.id(),
              "Storage that takes the uploaded image, where the node cannot read it by its path.")
          .byDefault(
              (facts, answers) ->
                  facts.importsByPath() ? Optional.empty() : Storages.first(facts, "import"))
          .choosing(facts -> Storages.choices(facts, "import"));

  private final Field<Long> size;
  private final DriveFields first;

  private final Field<String> controller =
      Field.of(
              "scsi-controller",
              "SCSI controller",
              Type.word(
                  "CONTROLLER",
                  Disks.SINGLE,
                  "virtio-scsi-pci",
                  "lsi",
                  "lsi53c810",
                  "megasas",
                  "pvscsi"),
              "Controller of SCSI disks; cloud images know the virtio ones.")
          .byDefault(Disks.SINGLE);

  private final Field<Long> moreSize =
      Field.of("size", "Size", sizes(), "Size of the disk.").mandatory();

  private final Field<String> moreStorage =
      Field.of("storage", "Storage", Storages.id(), "Storage of the disk, if another.");

  private final DriveFields further = new DriveFields(false, answers -> Optional.empty());
  private final Group group;
  private final Field<List<SequencedMap<String, String>>> more;

  DisksPart(Sources sources) {
    this.sources = sources;
    first = new DriveFields(true, answers -> sources.needs(answers).map(Needs::diskBus));
    size =
        Field.of(
                "disk-size",
                "Disk size",
                sizes(),
                "Size of the disk; an image's disk can grow, never shrink.")
            .byDefault((facts, answers) -> sources.needs(answers).map(Limits::evenDisk))
            .ruled(
                (bytes, facts, answers) ->
                    sources
                        .needs(answers)
                        .filter(needs -> bytes < Limits.disk(needs))
                        .map(needs -> Limits.tooSmall("disk", Limits.disk(needs))));
    List<Field<?>> fields = new ArrayList<>(List.of(moreSize, moreStorage));
    fields.addAll(further.fields());
    group = new Group(fields);
    more =
        Field.of(
            "disk",
            "Further disks",
            Type.listOf(group.type("DISK"), ""),
            "One more disk, empty, as key=value,...: size=10G,storage=fast,bus=scsi; its keys are"
                + " those of the first.");
  }

  private static Type<Long> sizes() {
    return Type.size("G", 64 * Limits.MEBIBYTE, 64 * 1024 * Limits.GIBIBYTE, Limits.GRAIN);
  }

  /** The setting that other parts take for the default of theirs. */
  Field<String> storage() {
    return storage;
  }

  /** The setting that says how large the first disk will be, in bytes. */
  Field<Long> size() {
    return size;
  }

  @Override
  public Schema.Page page() {
    List<Field<?>> fields = new ArrayList<>(List.of(storage, imageStorage, size));
    fields.addAll(first.fields());
    fields.add(controller);
    fields.add(more);
    return new Schema.Page("Disks", fields).in("Hardware").asking("storage", "disk-size", "disk");
  }

  @Override
  public void check(Target target) {
    Facts facts = target.facts();
    if (!facts.known()) {
      return;
    }
    Optional<String> id = target.given(storage);
    if (!takes(facts, id, "images")) {
      target.problem(Conditions.withoutImages(target.where(storage.key()), id, facts));
    }
    Optional<String> upload = target.given(imageStorage);
    if (sources.bringsFile(target) && !facts.importsByPath() && !takes(facts, upload, "import")) {
      target.problem(Conditions.withoutImport(target.where(imageStorage.key()), upload, facts));
    }
  }

  private static boolean takes(Facts facts, Optional<String> id, String content) {
    return id.isEmpty()
        ? !facts.storagesFor(content).isEmpty()
        : facts.storage(id.get()).map(s -> s.takes(content)).orElse(false);
  }

  @Override
  public Optional<Disks> read(Reading reading) {
    Facts facts = reading.facts();
    return reading
        .find(storage)
        .flatMap(facts::storage)
        .map(
            main -> {
              Disks disks = disks(main, reading);
              Space.of(disks, reading.subject().needs())
                  .shortage()
                  .forEach((s, least) -> tooSmall(s, least, main, reading));
              return disks;
            });
  }

  private Disks disks(StorageFacts main, Reading reading) {
    Facts facts = reading.facts();
    Optional<String> cloudInit = cloudInit(reading);
    Disks one =
        new Disks(
            main,
            facts.importsByPath() ? Optional.empty() : reading.find(imageStorage),
            reading.get(size),
            first.bus(reading.answers()),
            first.read(reading.answers()),
            reading.get(controller),
            cloudInit,
            List.of());
    threads(reading, first, reading.answers(), one, "");
    format(reading, main, one.options(), "disk-format");
    growing(reading, one);
    List<FurtherDisk> disks = new ArrayList<>();
    List<String> taken = new ArrayList<>(List.of(one.first()));
    cloudInit.ifPresent(taken::add);
    for (Answers answers : Groups.read(reading, more, group)) {
      threads(reading, further, answers, one, ", a further disk");
      Optional<StorageFacts> where = where(reading, answers, main);
      Optional<String> slot = free(further.bus(answers), taken);
      slot.ifPresent(taken::add);
      if (slot.isEmpty()) {
        reading.problem(
            CoreSlug.INVALID_VALUE.problem(
                reading.where(more),
                "There are more disks than the bus '" + further.bus(answers) + "' takes.",
                "",
                "Leave some out, or take another bus for some."));
      }
      where.ifPresent(s -> format(reading, s, further.read(answers), more.key()));
      if (slot.isPresent() && where.isPresent()) {
        disks.add(
            new FurtherDisk(slot.get(), where.get(), answers.get(moreSize), further.read(answers)));
      }
    }
    return new Disks(
        one.storage(),
        one.importStorage(),
        one.size(),
        one.bus(),
        one.options(),
        one.controller(),
        cloudInit,
        disks);
  }

  private Optional<StorageFacts> where(Reading reading, Answers answers, StorageFacts main) {
    Optional<String> id = answers.find(moreStorage);
    if (id.isEmpty()) {
      return Optional.of(main);
    }
    Optional<StorageFacts> found = reading.facts().storage(id.get()).filter(s -> s.takes("images"));
    if (found.isEmpty()) {
      reading.problem(Conditions.withoutImages(reading.where(more), id, reading.facts()));
    }
    return found;
  }

  private static void threads(
      Reading reading, DriveFields fields, Answers answers, Disks disks, String which) {
    fields
        .threadless(answers, disks.hasThreads())
        .ifPresent(
            field ->
                reading.problem(
                    CoreSlug.INVALID_VALUE.problem(
                        reading.where(field) + which,
                        "The disk cannot have a thread of its own there.",
                        "Only virtio disks, and scsi disks of the controller '"
                            + Disks.SINGLE
                            + "', can.",
                        "Leave it out, or take another bus or controller.")));
  }

  /**
   * Block storages keep disks as they are. Asked to import another format, the node takes raw
   * without a word; thick LVM knows qcow2 from 9.0 on, where snapshots are volume chains.
   */
  private static void format(
      Reading reading, StorageFacts where, DriveOptions options, String key) {
    boolean old = reading.facts().version().startsWith("8.");
    List<String> formats =
        switch (where.type()) {
          case "lvmthin", "zfspool", "zfs", "rbd", "iscsi", "iscsidirect" -> List.of("raw");
          case "lvm" -> old ? List.of("raw") : List.of("raw", "qcow2");
          default -> List.of("raw", "qcow2", "vmdk");
        };
    options
        .format()
        .filter(format -> !formats.contains(format))
        .ifPresent(
            format ->
                reading.problem(
                    CoreSlug.INVALID_VALUE.problem(
                        reading.target().where(key),
                        "Storage '" + where.id() + "' cannot keep a disk as " + format + ".",
                        "Its type is "
                            + where.type()
                            + ", which has "
                            + (formats.size() == 1
                                ? "raw volumes only."
                                : String.join(" and ", formats) + " volumes only."),
                        "Leave the format out.")));
  }

  /** An image's disk is always grown, which PVE does for raw and qcow2 (pve-storage: Plugin.pm). */
  private void growing(Reading reading, Disks disks) {
    boolean grows = sources.fillsDisk(reading.target());
    disks
        .options()
        .format()
        .filter(format -> grows && disks.storage().isFiles() && format.equals("vmdk"))
        .ifPresent(
            format ->
                reading.problem(
                    CoreSlug.INVALID_VALUE.problem(
                        reading.target().where("disk-format"),
                        "A disk as vmdk cannot be made as large as was asked for.",
                        "Proxmox VE grows disks as qcow2 and raw only.",
                        "Give --disk-format qcow2 or raw.")));
  }

  private static Optional<String> free(String bus, List<String> taken) {
    for (int i = 0; i < SLOTS.getOrDefault(bus, 0); i++) {
      if (!taken.contains(bus + i)) {
        return Optional.of(bus + i);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> cloudInit(Reading reading) {
    if (!reading.subject().provisioning().hasDrive()) {
      return Optional.empty();
    }
    return Optional.of(
        switch (reading.subject().needs().cloudInitBus()) {
          case "ide" -> "ide2";
          case "sata" -> "sata1";
          default -> "scsi1";
        });
  }

  private void tooSmall(StorageFacts found, long least, StorageFacts main, Reading reading) {
    Field<?> field = found.id().equals(main.id()) ? storage : more;
    reading.problem(
        Conditions.tooSmall(reading.where(field), found.id(), least)
            .because("It has " + (found.availableBytes().orElse(0L) >> 20) + " MiB free."));
  }

  @Override
  public void plan(Disks disks, Draft draft) {
    new DiskPlan(disks, draft).plan();
  }
}
