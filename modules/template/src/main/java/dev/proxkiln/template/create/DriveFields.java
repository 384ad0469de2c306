package dev.proxkiln.template.create;

import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.pve.model.Drive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The settings of how one disk is attached: flags that begin with {@code disk-} for the first, and
 * the keys of a group for each further one.
 */
final class DriveFields {

  private final boolean first;
  private final Field<String> bus;
  private final Field<String> format;
  private final Field<String> cache;
  private final Field<String> aio;
  private final Field<Boolean> discard;
  private final Field<Boolean> ssd;
  private final Field<Boolean> iothread;
  private final Field<Boolean> backup;
  private final Field<Boolean> replicate;
  private final Field<Boolean> readOnly;
  private final Field<String> serial;
  private final Map<String, Field<?>> limits = new LinkedHashMap<>();

  /**
   * The settings.
   *
   * @param first whether they are those of the disk that the guest boots from
   * @param usual the bus on which the guest finds its disks, as far as the answers tell
   */
  DriveFields(boolean first, Function<Answers, Optional<String>> usual) {
    this.first = first;
    String prefix = first ? "disk-" : "";
    bus =
        Field.of(
                prefix + "bus",
                "Disk bus",
                Type.word("BUS", "scsi", "virtio", "sata"),
                "Bus of the disk; scsi means virtio-scsi.")
            .byDefault((facts, answers) -> Optional.of(usual.apply(answers).orElse("scsi")));
    format =
        Field.of(
            prefix + "format",
            "Disk format",
            Type.word("FORMAT", "qcow2", "raw", "vmdk"),
            "Format of the disk on a storage of files; left out, qcow2.");
    cache =
        Field.of(
            prefix + "cache",
            "Disk cache",
            Type.word("MODE", "none", "writethrough", "writeback", "unsafe", "directsync"),
            "Cache mode of the disk; unsafe loses what was written when the node crashes.");
    aio =
        Field.of(
                prefix + "aio",
                "Disk I/O",
                Type.word("MODE", "io_uring", "native", "threads"),
                "How the node reads and writes the disk; left out, what suits the storage.")
            .ruled((mode, facts, answers) -> mode.equals("native") ? buffered(answers) : none());
    discard =
        flag(prefix + "discard", "Discard", "Whether blocks that are free go back to the storage.")
            .byDefault(true);
    ssd =
        flag(prefix + "ssd", "SSD", "Whether clones see an SSD; a virtio disk has no such mark.")
            .byDefault(true);
    iothread =
        flag(prefix + "iothread", "I/O thread", "Whether the disk has a thread of its own.")
            .byDefault(true);
    backup = flag(prefix + "backup", "Backup", "Whether backups hold the disk.").byDefault(true);
    replicate =
        flag(prefix + "replicate", "Replicate", "Whether storage replication takes the disk along.")
            .byDefault(true);
    readOnly =
        flag(prefix + "read-only", "Read-only", "Whether clones can only read the disk.")
            .byDefault(false)
            .ruled(
                (on, facts, answers) ->
                    on && isGiven("sata", answers)
                        ? Optional.of(new BadValue("cannot be on sata", "Take bus scsi or virtio."))
                        : none());
    serial =
        Field.of(
            prefix + "serial",
            "Serial number",
            Type.text("SERIAL", "[A-Za-z0-9_-]{1,20}", "Use up to 20 letters, digits, _ and -."),
            "Serial number that clones see, so that they can tell their disks apart.");
    limit("mbps_rd", prefix + "read-mbps", "Most megabytes a second that are read of the disk.");
    limit("mbps_wr", prefix + "write-mbps", "Most megabytes a second that are written to it.");
    limit("iops_rd", prefix + "read-iops", "Most read operations a second.");
    limit("iops_wr", prefix + "write-iops", "Most write operations a second.");
  }

  private static Field<Boolean> flag(String key, String label, String help) {
    return Field.of(key, label, Type.flag(), help);
  }

  private void limit(String name, String key, String help) {
    boolean whole = name.startsWith("iops");
    String label = (name.endsWith("rd") ? "Read" : "Write") + (whole ? " IOPS" : " rate");
    limits.put(
        name,
        whole
            ? Field.of(key, label, Type.integer(10, 2_000_000), help)
            : Field.of(key, label, Type.decimal("1", "100000", 3), help));
  }

  private static Optional<BadValue> none() {
    return Optional.empty();
  }

  /** QEMU does not start a disk with native I/O and a cache of the host. */
  private Optional<BadValue> buffered(Answers answers) {
    return answers
        .find(cache)
        .filter(mode -> !mode.equals("none") && !mode.equals("directsync"))
        .map(
            mode ->
                new BadValue(
                    "cannot work with the cache mode '" + mode + "'",
                    "Take io_uring or threads, or the cache mode none or directsync."));
  }

  private boolean isGiven(String word, Answers answers) {
    return answers.find(bus).map(word::equals).orElse(false);
  }

  /** In the order in which they are asked and read. */
  List<Field<?>> fields() {
    List<Field<?>> all = new ArrayList<>(List.of(bus, format, cache, aio, discard, ssd, iothread));
    all.add(backup);
    all.add(replicate);
    if (!first) {
      // A system does not start from a disk that it cannot write to.
      all.add(readOnly);
    }
    all.add(serial);
    all.addAll(limits.values());
    return all;
  }

  String bus(Answers answers) {
    return answers.get(bus);
  }

  /** The setting that asks for a thread where there can be none; empty when all is well. */
  Optional<Field<?>> threadless(Answers answers, boolean threads) {
    boolean cannot = bus(answers).equals("sata") || (bus(answers).equals("scsi") && !threads);
    return cannot && answers.given(iothread) && answers.get(iothread)
        ? Optional.of(iothread)
        : Optional.empty();
  }

  DriveOptions read(Answers answers) {
    Map<String, Optional<?>> wanted = new LinkedHashMap<>();
    limits.forEach((name, field) -> wanted.put(name, answers.find(field)));
    return new DriveOptions(
        answers.find(format),
        answers.find(cache).map(mode -> Drive.Cache.valueOf(mode.toUpperCase(Locale.ROOT))),
        answers.find(aio),
        answers.get(discard),
        answers.get(ssd),
        answers.get(iothread),
        answers.get(backup),
        answers.get(replicate),
        !first && answers.get(readOnly),
        answers.find(serial),
        DriveOptions.limits(wanted));
  }
}
