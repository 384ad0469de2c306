package dev.proxkiln.sandbox.guest;

import dev.proxkiln.sandbox.access.Caller;
import dev.proxkiln.sandbox.contract.Contract;
import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.storage.Definition;
import dev.proxkiln.sandbox.storage.Storages;
import dev.proxkiln.sandbox.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** {@code POST .../clone} (source: qemu-server API2/Qemu.pm, clone_vm). */
public final class GuestClone {
  private final Parts parts;
  private final Schema schema;
  private final Rights rights;

  /** Clones guests. */
  public GuestClone(Parts parts) {
    this.parts = parts;
    this.schema = parts.schema();
    this.rights = new Rights(parts);
  }

  private record Wanted(
      int vmid,
      int newId,
      Optional<String> name,
      Optional<String> description,
      Optional<String> pool,
      Optional<String> storage,
      Optional<String> format,
      Optional<Boolean> full,
      Optional<String> target) {}

  /**
   * What a clone will consist of.
   *
   * @param config of the clone without its drives
   * @param full slots that are copied, the others are linked
   */
  private record Planned(
      GuestConfig old, GuestConfig config, SortedMap<String, Drive> drives, List<String> full) {}

  /**
   * Checks and starts the task.
   *
   * @return the task's UPID
   */
  public String clone(Caller caller, Map<String, String> given) {
    if (given.containsKey("snapname")) {
      throw Refusal.failed("snapshot '" + given.get("snapname") + "' does not exist");
    }
    String node = parts.guests().node();
    Optional<String> target =
        Optional.ofNullable(given.get("target"))
            .filter(other -> !other.equals(node) && !other.equals("localhost"));
    Wanted wanted =
        new Wanted(
            Integer.parseInt(given.getOrDefault("vmid", "0")),
            Integer.parseInt(given.getOrDefault("newid", "0")),
            Optional.ofNullable(given.get("name")),
            Optional.ofNullable(given.get("description")),
            Optional.ofNullable(given.get("pool")),
            Optional.ofNullable(given.get("storage")),
            Optional.ofNullable(given.get("format")),
            Optional.ofNullable(given.get("full")).map("1"::equals),
            target);
    if (!parts.guests().exists(wanted.vmid)) {
      throw Refusal.failed(
          "unable to find configuration file for VM " + wanted.vmid + " on node '" + node + "'");
    }
    plan(caller, wanted);
    return parts.task(
        "qmclone",
        String.valueOf(wanted.vmid),
        caller,
        task ->
            parts
                .guests()
                .shared(
                    wanted.vmid,
                    Parts.SHORT_PATIENCE,
                    () ->
                        parts
                            .guests()
                            .locked(
                                wanted.newId,
                                Parts.SHORT_PATIENCE,
                                () -> {
                                  build(caller, wanted, task);
                                  return wanted.newId;
                                })));
  }

  private Planned plan(Caller caller, Wanted wanted) {
    wanted.pool.ifPresent(parts.pools()::checkExists);
    wanted.target.ifPresent(parts.cluster()::get);
    wanted.storage.ifPresent(id -> checkStorage(id, wanted.target));
    parts.faults().checkQuorum();
    GuestConfig old = parts.guests().load(wanted.vmid);
    Guests.checkLock(old);
    boolean full = wanted.full.orElse(!old.isTemplate());
    if (!full && wanted.storage.isPresent()) {
      throw Refusal.failed("parameter 'storage' not allowed for linked clones");
    }
    if (!full && wanted.format.isPresent()) {
      throw Refusal.failed("parameter 'format' not allowed for linked clones");
    }
    checkAccess(caller, wanted, old);
    rights.bridges(caller, old.values());
    if (wanted.target.isPresent() && !shared(old)) {
      throw Refusal.failed(
          "can't clone VM to node '" + wanted.target.get() + "' (VM uses local storage)");
    }
    if (parts.guests().exists(wanted.newId)) {
      throw Refusal.failed("unable to create VM " + wanted.newId + ": config file already exists");
    }
    boolean running = parts.machines().running(wanted.vmid);
    return split(old, full, running);
  }

  private void checkStorage(String id, Optional<String> target) {
    Definition definition = parts.storages().checkEnabled(id);
    if (!definition.holds("images")) {
      throw Refusal.parameter("storage", "storage '" + id + "' does not support vm images");
    }
    if (target.isPresent()) {
      parts.cluster().get(target.get()).storages().checkEnabled(id);
      if (!definition.shared()) {
        throw Refusal.failed("can't clone to non-shared storage '" + id + "'");
      }
    }
  }

  /** Whether every node finds all volumes of a guest, CD-ROMs included. */
  private boolean shared(GuestConfig config) {
    return schema.drives(config).stream()
        .map(drive -> Storages.split(drive.file()))
        .flatMap(Optional::stream)
        .allMatch(volume -> parts.storages().definition(volume.storage()).shared());
  }

  private void checkAccess(Caller caller, Wanted wanted, GuestConfig old) {
    for (Drive drive : schema.drives(old)) {
      if (!drive.cdrom() && Storages.split(drive.file()).isPresent()) {
        String id = wanted.storage.orElse(Storages.parse(drive.file()).storage());
        parts.access().check(caller, "/storage/" + id, "Datastore.AllocateSpace");
      }
    }
  }

  private Planned split(GuestConfig old, boolean full, boolean running) {
    GuestConfig config = new GuestConfig();
    SortedMap<String, Drive> drives = new TreeMap<>();
    List<String> copied = new ArrayList<>();
    old.get("description").ifPresent(text -> config.set("description", text));
    for (Map.Entry<String, String> entry : old.values().entrySet()) {
      String key = entry.getKey();
      if (Contract.isNumbered("unused", key)) {
        continue;
      }
      if (full && running && key.equals("tpmstate0")) {
        throw Refusal.failed("cannot clone TPM state while VM is running");
      }
      if (Contract.isNumbered("net", key)) {
        config.set(key, schema.networkWithNewMac(key, entry.getValue()));
      } else if (Contract.isDrive(key)) {
        Drive drive = schema.drive(key, entry.getValue());
        if (drive.plainCdrom()) {
          config.set(key, entry.getValue());
        } else {
          if (full || drive.cloudInit() || key.equals("tpmstate0")) {
            checkFeature("Full", parts.storages().canCopy(drive.file()), drive);
            copied.add(key);
          } else {
            checkFeature("Linked", parts.storages().canClone(drive.file()), drive);
          }
          drives.put(key, drive);
        }
      } else {
        config.set(key, entry.getValue());
      }
    }
    return new Planned(old, config, drives, copied);
  }

  private static void checkFeature(String kind, boolean has, Drive drive) {
    if (!has) {
      throw Refusal.failed(
          kind
              + " clone feature is not supported for '"
              + drive.file()
              + "' ("
              + drive.slot()
              + ")");
    }
  }

  private void build(Caller caller, Wanted wanted, Task task) {
    Planned planned = plan(caller, wanted);
    if (schema.nine()) {
      task.print("creating a clone of VM " + wanted.vmid + " with ID " + wanted.newId);
    }
    GuestConfig config = planned.config;
    renew(config, wanted, planned.old);
    GuestConfig reserved = new GuestConfig();
    reserved.set("description", "qmclone temporary file");
    reserved.set("lock", "clone");
    parts.cluster().checkFree(wanted.newId);
    parts.guests().write(wanted.newId, reserved);
    DiskMaker disks = new DiskMaker(parts);
    List<String> made = new ArrayList<>();
    try {
      config.set("lock", "clone");
      for (Map.Entry<String, Drive> entry : planned.drives.entrySet()) {
        Drive copy = drive(entry.getValue(), wanted, planned, disks, made, task);
        config.set(entry.getKey(), schema.print(copy));
        parts.guests().write(wanted.newId, config);
        parts.faults().halfWay(task.upid().type());
      }
      config.remove("lock");
      parts.guests().write(wanted.newId, config);
      wanted.target.ifPresent(
          node -> parts.guests().move(wanted.newId, parts.cluster().get(node).guests()));
      wanted.pool.ifPresent(id -> parts.pools().add(id, wanted.newId));
    } catch (RuntimeException e) {
      disks.removeAll(made, task);
      parts.guests().delete(wanted.newId);
      String why = e instanceof Refusal refusal ? refusal.text() : String.valueOf(e.getMessage());
      throw Refusal.failed("clone failed: " + why);
    }
  }

  private void renew(GuestConfig config, Wanted wanted, GuestConfig old) {
    Map<String, String> smbios =
        new TreeMap<>(
            config.get("smbios1").map(text -> schema.parse("smbios1", text)).orElse(Map.of()));
    smbios.put("uuid", Schema.uuid());
    config.set("smbios1", schema.print("smbios1", smbios));
    if (config.get("vmgenid").isPresent()) {
      config.set("vmgenid", Schema.uuid());
    }
    config.remove("template");
    config.set(
        "name", wanted.name.orElse("Copy-of-VM-" + old.get("name", String.valueOf(wanted.vmid))));
    wanted.description.ifPresent(text -> config.set("description", text));
  }

  private Drive drive(
      Drive source, Wanted wanted, Planned planned, DiskMaker disks, List<String> made, Task task) {
    String volume;
    if (planned.full.contains(source.slot())) {
      long bytes = source.slot().equals("efidisk0") ? DiskMaker.firmwareBytes(source) : 0;
      volume =
          disks.copyDisk(
              source,
              wanted.newId,
              source.slot(),
              wanted.storage.orElse(""),
              wanted.format.orElse(""),
              bytes,
              made,
              task);
    } else {
      task.print("create linked clone of drive " + source.slot() + " (" + source.file() + ")");
      volume = parts.storages().cloneBase(source.file(), wanted.newId);
      made.add(volume);
    }
    Drive copy = source.without("format").with("file", volume);
    return parts.storages().size(volume).map(copy::withSize).orElse(copy);
  }
}
