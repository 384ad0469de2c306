package dev.proxkiln.sandbox.guest;

import dev.proxkiln.sandbox.access.Caller;
import dev.proxkiln.sandbox.contract.Contract;
import dev.proxkiln.sandbox.fault.Faults;
import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.storage.Definition;
import dev.proxkiln.sandbox.storage.DiskFile;
import dev.proxkiln.sandbox.storage.Images;
import dev.proxkiln.sandbox.storage.Storages;
import dev.proxkiln.sandbox.storage.VolumeName;
import dev.proxkiln.sandbox.task.Task;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Makes, imports and copies the disks of guests (source: qemu-server API2/Qemu.pm create_disks,
 * QemuServer.pm clone_disk, ImportDisk.pm).
 */
final class DiskMaker {
  /** Size of a cloud-init drive in KiB. */
  static final long CLOUD_INIT_KIB = 4L << 10;

  /** Size of TPM state in KiB. */
  private static final long TPM_KIB = 4L << 10;

  /** Size of the 4 MiB firmware's variables in bytes. */
  private static final long EFI_4M = 540_672;

  /** Size of the old 2 MiB firmware's variables in bytes. */
  private static final long EFI_2M = 131_072;

  private static final Path FIRMWARE = Path.of("/usr/share/OVMF");

  private final Schema schema;
  private final Storages storages;
  private final Faults faults;

  DiskMaker(Parts parts) {
    this.schema = parts.schema();
    this.storages = parts.storages();
    this.faults = parts.faults();
  }

  /**
   * Makes the drives among some parameters, in the order of their names; on failure what was made
   * is removed again.
   *
   * @param config the guest as it is, to find other cloud-init drives
   * @param parameters drives wished for
   * @param fallback storage of drives that name none, empty for none
   * @return the drives' final texts
   */
  SortedMap<String, String> make(
      Caller caller,
      int vmid,
      GuestConfig config,
      Map<String, String> parameters,
      String fallback,
      Task task) {
    List<String> made = new ArrayList<>();
    SortedMap<String, String> result = new TreeMap<>();
    try {
      for (Map.Entry<String, String> entry : new TreeMap<>(parameters).entrySet()) {
        if (Contract.isDrive(entry.getKey())) {
          Drive drive = schema.drive(entry.getKey(), entry.getValue());
          result.put(
              entry.getKey(), one(caller, vmid, config, result, drive, fallback, made, task));
          faults.halfWay(task.upid().type());
        }
      }
      return result;
    } catch (RuntimeException e) {
      removeAll(made, task);
      throw e;
    }
  }

  /** Removes volumes as well as possible, a task that was stopped included. */
  void removeAll(List<String> volumes, Task task) {
    Thread.interrupted();
    for (String volume : volumes) {
      try {
        storages.free(volume);
      } catch (Refusal e) {
        task.print(e.getMessage());
      }
    }
  }

  private String one(
      Caller caller,
      int vmid,
      GuestConfig config,
      Map<String, String> madeSoFar,
      Drive drive,
      String fallback,
      List<String> made,
      Task task) {
    String file = drive.file();
    if (file.equals("none") || file.equals("cdrom")) {
      return schema.print(drive.without("size"));
    }
    if (drive.cloudInitWish()) {
      checkSingleCloudInit(drive.slot(), config, madeSoFar);
      String printed = schema.print(cloudInit(vmid, drive, made));
      task.print(drive.slot() + ": successfully created disk '" + printed + "'");
      return printed;
    }
    Optional<Drive.Wish> wish = drive.wish();
    if (wish.isPresent()) {
      String id = wish.get().storage().isEmpty() ? fallback : wish.get().storage();
      if (id.isEmpty()) {
        throw Refusal.failed("no storage ID specified (and no default storage)");
      }
      Drive done =
          drive.get("import-from").isPresent()
              ? imported(vmid, config, drive, id, made, task)
              : fresh(vmid, config, drive, id, wish.get().gib(), made);
      String printed = schema.print(done.without("format").without("import-from"));
      task.print(drive.slot() + ": successfully created disk '" + printed + "'");
      return printed;
    }
    return schema.print(existing(caller, vmid, config, madeSoFar, drive));
  }

  private void checkSingleCloudInit(
      String slot, GuestConfig config, Map<String, String> madeSoFar) {
    Map<String, String> all = new TreeMap<>(config.values());
    all.keySet().removeIf(key -> !Contract.isDrive(key));
    all.putAll(madeSoFar);
    for (Map.Entry<String, String> other : all.entrySet()) {
      if (!other.getKey().equals(slot)) {
        Drive drive = schema.drive(other.getKey(), other.getValue());
        if (drive.cloudInit() && !drive.cloudInitWish()) {
          throw Refusal.failed(
              slot + " - cloud-init drive is already attached at '" + other.getKey() + "'");
        }
      }
    }
  }

  private Drive cloudInit(int vmid, Drive drive, List<String> made) {
    String id = Storages.parse(drive.file()).storage();
    Definition definition = storages.checkEnabled(id);
    String format = drive.get("format").orElse(definition.fileBased() ? "qcow2" : "raw");
    String name = "vm-" + vmid + "-cloudinit" + (definition.fileBased() ? "." + format : "");
    String volume = storages.allocate(id, vmid, format, name, CLOUD_INIT_KIB);
    made.add(volume);
    return drive.with("file", volume).with("media", "cdrom").without("format");
  }

  private Drive fresh(
      int vmid, GuestConfig config, Drive drive, String id, String gib, List<String> made) {
    String format = drive.get("format").orElse("");
    if (drive.slot().equals("efidisk0")) {
      return firmware(vmid, config, drive, id, format, made);
    }
    long kib =
        drive.slot().equals("tpmstate0")
            ? TPM_KIB
            : new BigDecimal(gib)
                .multiply(BigDecimal.valueOf(1L << 20))
                .setScale(0, RoundingMode.UP)
                .longValueExact();
    String volume = storages.allocate(id, vmid, format, "", kib);
    made.add(volume);
    volume = baseIfTemplate(config, volume, made);
    return drive.with("file", volume).withSize(kib * 1024);
  }

  private Drive firmware(
      int vmid, GuestConfig config, Drive drive, String id, String format, List<String> made) {
    long bytes = firmwareSize(drive);
    String volume = storages.allocate(id, vmid, format, "", (bytes + 1023) / 1024);
    made.add(volume);
    boolean keys = drive.get("pre-enrolled-keys").orElse("0").equals("1");
    Path variables = FIRMWARE.resolve(keys ? "OVMF_VARS_4M.ms.fd" : "OVMF_VARS_4M.fd");
    if (bytes == EFI_4M && Files.exists(variables)) {
      storages.copy(new DiskFile(variables, "raw"), bytes, volume, line -> {});
    }
    long size = storages.size(volume).orElse(bytes);
    volume = baseIfTemplate(config, volume, made);
    Drive done = drive.with("file", volume).withSize(size / 1024 * 1024);
    return keys && schema.version().equals("9.2") ? done.with("ms-cert", "2023k") : done;
  }

  private static long firmwareSize(Drive drive) {
    return drive.get("efitype").orElse("2m").equals("4m") ? EFI_4M : EFI_2M;
  }

  private String baseIfTemplate(GuestConfig config, String volume, List<String> made) {
    if (!config.isTemplate()) {
      return volume;
    }
    String base = storages.createBase(volume);
    made.remove(volume);
    made.add(base);
    return base;
  }

  private Drive imported(
      int vmid, GuestConfig config, Drive drive, String id, List<String> made, Task task) {
    String source = drive.get("import-from").orElseThrow();
    String format = drive.get("format").orElse("");
    if (Storages.split(source).isPresent()) {
      try {
        return importedVolume(vmid, drive, source, id, format, made, task);
      } catch (Refusal e) {
        throw Refusal.failed("cannot import from '" + source + "' - " + e.text());
      }
    }
    Path path = Path.of(source);
    if (!Files.isRegularFile(path)) {
      throw Refusal.failed("can't find file '" + source + "'");
    }
    Images.Facts facts = storages.images().untrusted(path, "");
    String wanted = storages.format(id, format);
    if (!format.isEmpty() && !format.equals(wanted)) {
      task.print(
          "format '"
              + format
              + "' is not supported by the target storage - using '"
              + wanted
              + "' instead");
    }
    // As a node does, the format is taken from the file's extension where it has a known one.
    String sourceFormat = extensionFormat(source).orElse(facts.format());
    String volume = storages.allocate(id, vmid, wanted, "", (facts.size() + 1023) / 1024);
    made.add(volume);
    copy(new DiskFile(path, sourceFormat), facts.size(), volume, task);
    volume = baseIfTemplate(config, volume, made);
    return drive.with("file", volume).withSize(facts.size());
  }

  private static Optional<String> extensionFormat(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    String extension = name.substring(name.lastIndexOf('.') + 1);
    return List.of("raw", "qcow2", "vmdk").contains(extension)
        ? Optional.of(extension)
        : Optional.empty();
  }

  private Drive importedVolume(
      int vmid,
      Drive drive,
      String source,
      String id,
      String format,
      List<String> made,
      Task task) {
    VolumeName name = storages.name(source);
    DiskFile file = storages.file(source);
    if (!Files.exists(file.path())) {
      throw Refusal.failed("volume '" + source + "' does not exist");
    }
    if (name.type().equals("import")) {
      storages.images().untrusted(file.path(), name.format());
    }
    if (name.name().matches("vm-\\d+-cloudinit.*")) {
      throw Refusal.failed("cannot import from cloudinit disk");
    }
    String volume =
        copyDisk(
            new Drive("", Map.of("file", source)), vmid, drive.slot(), id, format, 0, made, task);
    return drive.with("file", volume).withSize(storages.size(volume).orElse(0L));
  }

  private Drive existing(
      Caller caller, int vmid, GuestConfig config, Map<String, String> madeSoFar, Drive drive) {
    String file = drive.file();
    storages.checkAccess(caller, vmid, file);
    if (Storages.split(file).isEmpty()) {
      return drive;
    }
    VolumeName name = storages.name(file);
    if (!name.type().equals("images") && !name.type().equals("iso")) {
      throw Refusal.failed(
          "cannot use volume " + file + " - content type needs to be 'images' or 'iso'");
    }
    Optional<String> format = drive.get("format");
    if (format.isPresent() && !format.get().equals(name.format())) {
      throw Refusal.failed(
          "drive '"
              + drive.slot()
              + "' - volume '"
              + file
              + "' - 'format="
              + format.get()
              + "' option different from storage format '"
              + name.format()
              + "'");
    }
    if (drive.cloudInit()) {
      checkSingleCloudInit(drive.slot(), config, madeSoFar);
    }
    long size =
        storages
            .size(file)
            .filter(bytes -> bytes > 0)
            .orElseThrow(() -> Refusal.failed("volume " + file + " does not exist"));
    return drive.withSize(size);
  }

  /**
   * Copies a drive as a whole.
   *
   * @param slot the target's slot
   * @param storage of the copy, empty for the source's
   * @param format of the copy, empty for the source's where the storage takes it
   * @param bytes size of the copy, 0 for the source's
   * @return the copy's volume ID
   */
  String copyDisk(
      Drive source,
      int vmid,
      String slot,
      String storage,
      String format,
      long bytes,
      List<String> made,
      Task task) {
    String from = source.file();
    task.print(
        "create full clone of drive "
            + (source.slot().isEmpty() ? "" : source.slot() + " ")
            + "("
            + from
            + ")");
    String id = storage.isEmpty() ? Storages.parse(from).storage() : storage;
    String wanted = storages.format(id, format.isEmpty() ? storages.name(from).format() : format);
    if (!format.isEmpty() && !format.equals(wanted)) {
      task.print(
          "format '"
              + format
              + "' is not supported by the target storage '"
              + id
              + "' - using '"
              + wanted
              + "' instead");
    }
    String name = "";
    long size = bytes > 0 ? bytes : sizeOf(from);
    if (source.cloudInit()) {
      boolean files = storages.definition(id).fileBased();
      name = "vm-" + vmid + "-cloudinit" + (files ? "." + wanted : "");
      size = CLOUD_INIT_KIB * 1024;
    } else if (slot.equals("tpmstate0")) {
      size = TPM_KIB * 1024;
    }
    String volume = storages.allocate(id, vmid, wanted, name, (size + 1023) / 1024);
    made.add(volume);
    if (schema.nine()) {
      task.print("allocated target volume '" + volume + "'");
    }
    if (!source.cloudInit()) {
      copy(storages.file(from), size, volume, task);
    }
    return volume;
  }

  private long sizeOf(String volume) {
    DiskFile file = storages.file(volume);
    if (storages.name(volume).type().equals("import")) {
      return storages.images().untrusted(file.path(), file.format()).size();
    }
    return storages
        .size(volume)
        .orElseThrow(() -> Refusal.failed("could not get size of " + volume));
  }

  private void copy(DiskFile source, long size, String volume, Task task) {
    String type = task.upid().type();
    storages.copy(
        source,
        size,
        volume,
        line -> {
          task.print(line);
          int open = line.lastIndexOf('(');
          int percent = line.lastIndexOf('%');
          if (open >= 0 && percent > open) {
            faults.progress(type, Double.parseDouble(line.substring(open + 1, percent)));
          }
        });
  }

  /** Bytes that firmware variables of a drive take, for clones of them. */
  static long firmwareBytes(Drive drive) {
    return firmwareSize(drive);
  }
}
