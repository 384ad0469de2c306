package dev.proxkiln.sandbox.guest;

import dev.proxkiln.sandbox.contract.Contract;
import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.storage.Definition;
import dev.proxkiln.sandbox.storage.Storages;
import dev.proxkiln.sandbox.storage.VolumeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The volumes that have to go along when a guest moves to another node, and what is in the way of
 * that (source: qemu-server QemuMigrate.pm, scan_local_volumes).
 */
final class LocalVolumes {
  private final Parts from;
  private final Parts to;
  private final StorageMap map;
  private final Schema schema;

  LocalVolumes(Parts from, Parts to, StorageMap map) {
    this.from = from;
    this.to = to;
    this.map = map;
    this.schema = from.schema();
  }

  /**
   * A volume to be copied.
   *
   * @param target the storage that takes it
   * @param why {@code attached}, {@code unused} or {@code generated}
   */
  record Local(String volume, String target, String why) {
    boolean cloudInit() {
      return volume.matches(".*vm-\\d+-cloudinit.*");
    }
  }

  /**
   * Looks at all volumes of a guest.
   *
   * @param log told what is found, as a task log shows it
   */
  List<Local> scan(int vmid, GuestConfig config, Consumer<String> log) {
    List<Local> found = new ArrayList<>();
    SortedMap<String, String> errors = new TreeMap<>();
    boolean drive = false;
    for (Map.Entry<String, Drive> volume : volumes(config).entrySet()) {
      if (volume.getKey().equals("cdrom")) {
        drive = true;
        continue;
      }
      try {
        check(vmid, volume.getKey(), volume.getValue(), found);
      } catch (Refusal e) {
        errors.put(volume.getKey(), e.getMessage());
      }
    }
    for (Local local : found) {
      log.accept(
          local.why.equals("generated")
              ? "found generated disk '" + local.volume + "' (in current VM config)"
              : "found local disk '" + local.volume + "' (" + local.why + ")");
    }
    errors.forEach(
        (volume, why) -> log.accept("can't migrate local disk '" + volume + "': " + why));
    if (drive) {
      log.accept("can't migrate local cdrom drive");
    }
    if (drive || !errors.isEmpty()) {
      throw Refusal.failed("can't migrate VM - check log");
    }
    for (Local local : found) {
      String base = from.storages().name(local.volume).baseName();
      if (!base.isEmpty()) {
        throw Refusal.failed(
            "can't migrate '" + local.volume + "' as it's a clone of '" + base + "'");
      }
    }
    return found;
  }

  /** All volumes of a guest by their IDs, those that are not attached included. */
  private SortedMap<String, Drive> volumes(GuestConfig config) {
    SortedMap<String, Drive> volumes = new TreeMap<>();
    for (Drive drive : schema.drives(config)) {
      if (!drive.file().equals("none")) {
        volumes.put(drive.file(), drive);
      }
    }
    for (Map.Entry<String, String> entry : config.values().entrySet()) {
      if (Contract.isNumbered("unused", entry.getKey())) {
        volumes.put(entry.getValue(), new Drive(entry.getKey(), Map.of("file", entry.getValue())));
      }
    }
    return volumes;
  }

  private void check(int vmid, String volume, Drive drive, List<Local> found) {
    if (volume.startsWith("/")) {
      if (drive.get("shared").orElse("0").equals("1")) {
        return;
      }
      throw Refusal.failed("local file/device");
    }
    String id = Storages.parse(volume).storage();
    Definition definition = from.storages().checkEnabled(id);
    String target = definition.shared() ? id : map.of(id);
    checkTarget(target, volume);
    if (definition.shared()) {
      return;
    }
    if (from.storages().size(volume).isEmpty()) {
      throw Refusal.failed("unable to determine size for volume '" + volume + "'");
    }
    if (drive.cloudInit()) {
      found.add(new Local(volume, target, "generated"));
      return;
    }
    if (drive.cdrom()) {
      throw Refusal.failed("local cdrom image");
    }
    VolumeName name = from.storages().name(volume);
    if (name.owner() != vmid) {
      throw Refusal.failed("owned by other VM (owner = VM " + name.owner() + ")");
    }
    if (from.storages().baseInUse(volume)) {
      throw Refusal.failed("referenced by linked clone(s)");
    }
    boolean attached = !Contract.isNumbered("unused", drive.slot());
    found.add(
        new Local(
            volume,
            target,
            drive.slot().equals("tpmstate0") ? "generated" : attached ? "attached" : "unused"));
  }

  /** Demands that the other node has a storage which takes a volume. */
  void checkTarget(String target, String volume) {
    Definition definition = to.storages().checkEnabled(target);
    String type = from.storages().name(volume).type();
    if (!definition.holds(type)) {
      throw Refusal.failed(
          volume + ": content type '" + type + "' is not available on storage '" + target + "'");
    }
  }

  /** Demands that the other node has all storages of a guest under their own names. */
  void checkSameStorages(GuestConfig config) {
    for (Drive drive : schema.drives(config)) {
      Storages.split(drive.file())
          .ifPresent(
              volume -> {
                from.storages().checkEnabled(volume.storage());
                checkTarget(volume.storage(), drive.file());
              });
    }
  }
}
