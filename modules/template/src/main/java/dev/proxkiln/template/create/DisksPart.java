package dev.proxkiln.template.create;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.template.catalogue.Needs;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Part;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Sources;
import dev.proxkiln.template.part.Target;
import java.util.List;
import java.util.Optional;

/** Where the disks are, and how the image gets onto the first. */
final class DisksPart implements Part<Disks> {

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

  private final Field<String> bus;

  DisksPart(Sources sources) {
    this.sources = sources;
    bus =
        Field.of(
                "disk-bus",
                "Disk bus",
                Type.word("BUS", "scsi", "virtio", "sata"),
                "Bus of the disk; scsi means virtio-scsi.")
            .byDefault(
                (facts, answers) ->
                    Optional.of(sources.needs(answers).map(Needs::diskBus).orElse("scsi")));
    size =
        Field.of(
                "disk-size",
                "Disk size",
                Type.size("G", 64 * Limits.MEBIBYTE, 64 * 1024 * Limits.GIBIBYTE, Limits.GRAIN),
                "Size of the disk; an image's disk can grow, never shrink.")
            .byDefault((facts, answers) -> sources.needs(answers).map(Limits::evenDisk))
            .ruled(
                (bytes, facts, answers) ->
                    sources
                        .needs(answers)
                        .filter(needs -> bytes < Limits.disk(needs))
                        .map(needs -> Limits.tooSmall("disk", Limits.disk(needs))));
  }

  /** The setting that other parts take for the default of theirs. */
  Field<String> storage() {
    return storage;
  }

  @Override
  public Schema.Page page() {
    return new Schema.Page("Disks", List.of(storage, imageStorage, size, bus));
  }

  @Override
  public void check(Target target) {
    if (!target.facts().known()) {
      return;
    }
    Facts facts = target.facts();
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
    Optional<StorageFacts> found = reading.find(storage).flatMap(facts::storage);
    found.ifPresent(s -> space(s, reading));
    return found.map(
        s ->
            new Disks(
                s,
                facts.importsByPath() ? Optional.empty() : reading.find(imageStorage),
                reading.get(size),
                reading.get(bus)));
  }

  private void space(StorageFacts found, Reading reading) {
    long least = Conditions.space(found, reading.get(size), reading.subject().needs());
    found
        .availableBytes()
        .filter(free -> free < least)
        .ifPresent(
            free ->
                reading.problem(
                    Conditions.tooSmall(reading.where(storage), found.id(), least)
                        .because("It has " + (free >> 20) + " MiB free.")));
  }

  @Override
  public void plan(Disks disks, Draft draft) {
    new DiskPlan(disks, draft).plan();
  }
}
