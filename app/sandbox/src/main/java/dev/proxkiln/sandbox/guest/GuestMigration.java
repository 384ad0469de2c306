package dev.proxkiln.sandbox.guest;

import dev.proxkiln.sandbox.access.Caller;
import dev.proxkiln.sandbox.contract.Contract;
import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.storage.Definition;
import dev.proxkiln.sandbox.storage.Storages;
import dev.proxkiln.sandbox.storage.VolumeName;
import dev.proxkiln.sandbox.task.Task;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Moves a guest that does not run to another node, its local disks with it (source: qemu-server
 * API2/Qemu.pm migrate_vm and QemuMigrate.pm, pve-storage Storage.pm storage_migrate).
 */
public final class GuestMigration {
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  private final Parts parts;
  private final Schema schema;

  /** Moves guests away from a node. */
  public GuestMigration(Parts parts) {
    this.parts = parts;
    this.schema = parts.schema();
  }

  /**
   * A checked wish.
   *
   * @param force whether local devices may be left behind
   */
  private record Wanted(int vmid, Parts to, StorageMap map, boolean force) {}

  /**
   * Checks and starts the task.
   *
   * @return the task's UPID
   */
  public String migrate(Caller caller, Map<String, String> given) {
    String target = given.getOrDefault("target", "");
    if (target.equals(parts.guests().node())) {
      throw Refusal.parameter("target", "target is local node.");
    }
    parts.faults().checkQuorum();
    Parts to = parts.cluster().get(target);
    for (String option : List.of("force", "migration_type", "migration_network")) {
      boolean set = given.containsKey(option) && !given.get(option).equals("0");
      if (set && !caller.isRoot()) {
        throw Refusal.parameter(option, "Only root may use this option.");
      }
    }
    int vmid = Integer.parseInt(given.getOrDefault("vmid", "0"));
    GuestConfig config = parts.guests().load(vmid);
    Guests.checkLock(config);
    boolean online = given.getOrDefault("online", "0").equals("1");
    if (parts.machines().running(vmid)) {
      if (!online) {
        throw Refusal.failed("can't migrate running VM without --online");
      }
      throw Refusal.notImplemented("the sandbox node migrates no guest that runs");
    }
    Optional<StorageMap> map =
        Optional.ofNullable(given.get("targetstorage")).map(StorageMap::parse);
    Wanted wanted =
        new Wanted(
            vmid,
            to,
            map.orElseGet(StorageMap::none),
            given.getOrDefault("force", "0").equals("1"));
    map.ifPresent(m -> checkMap(caller, vmid, m, to));
    if (map.isEmpty() || map.get().identity()) {
      new LocalVolumes(parts, to, StorageMap.none()).checkSameStorages(config);
    }
    return parts.task(
        "qmigrate",
        String.valueOf(vmid),
        caller,
        task ->
            parts
                .guests()
                .locked(
                    vmid,
                    Parts.PATIENCE,
                    () -> {
                      run(wanted, task);
                      return vmid;
                    }));
  }

  private void checkMap(Caller caller, int vmid, StorageMap map, Parts to) {
    if (!map.identity()) {
      parts.access().check(caller, "/vms/" + vmid, "VM.Config.Disk");
    }
    for (String id : map.targets()) {
      Definition definition = to.storages().checkEnabled(id);
      parts.access().check(caller, "/storage/" + id, "Datastore.AllocateSpace");
      if (!definition.holds("images")) {
        throw Refusal.failed("storage '" + id + "' does not support vm images");
      }
    }
  }

  private void run(Wanted wanted, Task task) {
    long start = System.nanoTime();
    try {
      GuestConfig config = parts.guests().load(wanted.vmid);
      Guests.checkLock(config);
      checkDevices(config, wanted.force, task);
      String node = wanted.to.guests().node();
      say(task, "starting migration of VM " + wanted.vmid + " to node '" + node + "' (127.0.0.1)");
      move(wanted, config, task);
    } catch (Refusal e) {
      say(task, "ERROR: migration aborted (duration " + since(start) + "): " + e.text());
      throw Refusal.failed("migration aborted");
    }
    say(task, "migration finished successfully (duration " + since(start) + ")");
  }

  private void checkDevices(GuestConfig config, boolean force, Task task) {
    List<String> local = new ArrayList<>();
    config
        .values()
        .forEach(
            (key, value) -> {
              boolean device =
                  key.matches("(?:hostpci|parallel)\\d+")
                      || (key.matches("serial\\d+") && !value.equals("socket"))
                      || (key.matches("usb\\d+")
                          && !schema
                              .parse(key, value)
                              .getOrDefault("host", "")
                              .equalsIgnoreCase("spice"));
              if (device) {
                local.add(key);
              }
            });
    if (!local.isEmpty() && !force) {
      throw Refusal.failed(
          "can't migrate VM which uses local devices: " + String.join(", ", local));
    }
    if (!local.isEmpty()) {
      say(task, "migrating VM which uses local devices");
    }
  }

  private void move(Wanted wanted, GuestConfig config, Task task) {
    config.set("lock", "migrate");
    parts.guests().write(wanted.vmid, config);
    Map<String, String> copies = new LinkedHashMap<>();
    try {
      List<LocalVolumes.Local> volumes;
      try {
        volumes =
            new LocalVolumes(parts, wanted.to, wanted.map)
                .scan(wanted.vmid, config, line -> say(task, line));
      } catch (Refusal e) {
        throw Refusal.failed("Problem found while scanning volumes - " + e.getMessage());
      }
      if (!volumes.isEmpty()) {
        say(task, "copying local disk images");
      }
      for (LocalVolumes.Local local : volumes) {
        copies.put(local.volume(), copy(wanted, local, task));
        parts.faults().halfWay(task.upid().type());
      }
    } catch (RuntimeException e) {
      say(task, "ERROR: " + e.getMessage());
      say(task, "aborting phase 1 - cleanup resources");
      config.remove("lock");
      parts.guests().write(wanted.vmid, config);
      new DiskMaker(wanted.to).removeAll(List.copyOf(copies.values()), task);
      throw e instanceof Refusal refusal ? refusal : Refusal.failed(String.valueOf(e.getMessage()));
    }
    rename(config, copies);
    parts.guests().write(wanted.vmid, config);
    parts.guests().move(wanted.vmid, wanted.to.guests());
    new DiskMaker(parts).removeAll(List.copyOf(copies.keySet()), task);
    config.remove("lock");
    wanted.to.guests().write(wanted.vmid, config);
  }

  /** Copies one volume and returns the copy's ID. */
  private String copy(Wanted wanted, LocalVolumes.Local local, Task task) {
    String made;
    try {
      made = transfer(wanted, local, task);
    } catch (Refusal e) {
      throw Refusal.failed(
          "storage migration for '"
              + local.volume()
              + "' to storage '"
              + local.target()
              + "' failed - "
              + e.getMessage());
    }
    say(task, "volume '" + local.volume() + "' is '" + made + "' on the target");
    return made;
  }

  private String transfer(Wanted wanted, LocalVolumes.Local local, Task task) {
    Storages target = wanted.to.storages();
    VolumeName name = parts.storages().name(local.volume());
    Definition from = parts.storages().definition(Storages.parse(local.volume()).storage());
    Definition to = target.definition(local.target());
    if (!to.type().equals(from.type()) && !target.formats(to.id()).contains(name.format())) {
      throw Refusal.failed(
          "unsupported format '" + name.format() + "' for storage type " + to.type());
    }
    if (stream(from, name).isEmpty() || !stream(from, name).equals(stream(to, name))) {
      throw Refusal.failed(
          "cannot migrate from storage type '" + from.type() + "' to '" + to.type() + "'");
    }
    if (name.base() && from.type().equals("zfspool")) {
      throw Refusal.notImplemented("the sandbox node migrates no template on ZFS");
    }
    long size = parts.storages().size(local.volume()).orElse(0L);
    String plain =
        name.name().replaceFirst("\\.(?:raw|qcow2|vmdk)$", "").replaceFirst("^base-", "vm-");
    String wish = plain + (to.fileBased() ? "." + name.format() : "");
    String kept = to.id() + ":" + (to.fileBased() ? name.owner() + "/" : "") + wish;
    boolean taken = target.size(kept).isPresent();
    if (taken && local.cloudInit() && schema.nine()) {
      throw Refusal.failed(
          to.fileBased()
              ? "file '" + target.file(kept).path() + "' already exists"
              : "volume '" + kept + "' already exists");
    }
    String made =
        target.allocate(
            to.id(), name.owner(), name.format(), taken ? "" : wish, (size + 1023) / 1024);
    try {
      target.copy(parts.storages().file(local.volume()), size, made, line -> progress(line, task));
      return name.base() ? target.createBase(made) : made;
    } catch (RuntimeException e) {
      new DiskMaker(wanted.to).removeAll(List.of(made), task);
      throw e;
    }
  }

  /** In what form a storage sends and takes a volume; empty for none. */
  private static String stream(Definition storage, VolumeName name) {
    boolean keepsSnapshots = List.of("qcow2", "vmdk").contains(name.format());
    return switch (storage.type()) {
      case "zfspool" -> "zfs";
      case "dir" -> name.format() + "+size";
      default -> keepsSnapshots ? "" : "raw+size";
    };
  }

  private void progress(String line, Task task) {
    task.print(line);
    int open = line.lastIndexOf('(');
    int percent = line.lastIndexOf('%');
    if (open >= 0 && percent > open) {
      parts
          .faults()
          .progress(task.upid().type(), Double.parseDouble(line.substring(open + 1, percent)));
    }
  }

  private void rename(GuestConfig config, Map<String, String> copies) {
    for (Map.Entry<String, String> entry : config.values().entrySet()) {
      String key = entry.getKey();
      if (Contract.isDrive(key)) {
        Drive drive = schema.drive(key, entry.getValue());
        String copy = copies.get(drive.file());
        if (copy != null) {
          config.set(key, schema.print(drive.with("file", copy)));
        }
      } else if (Contract.isNumbered("unused", key) && copies.containsKey(entry.getValue())) {
        config.set(key, copies.get(entry.getValue()));
      }
    }
  }

  /** The answer of {@code GET .../migrate}. */
  public Map<String, Object> preconditions(int vmid) {
    parts.faults().checkQuorum();
    GuestConfig config = parts.guests().load(vmid);
    Guests.checkLock(config);
    List<Object> disks = new ArrayList<>();
    for (Drive drive : schema.drives(config)) {
      Optional<Storages.VolumeId> volume = Storages.split(drive.file());
      if (volume.isPresent() && !parts.storages().definition(volume.get().storage()).shared()) {
        Map<String, Object> row = new TreeMap<>();
        row.put("volid", drive.file());
        row.put("cdrom", drive.cdrom() ? 1 : 0);
        drive.size().ifPresent(size -> row.put("size", size));
        row.put("drivename", drive.slot());
        disks.add(row);
      }
    }
    List<String> allowed = new ArrayList<>();
    Map<String, Object> refused = new TreeMap<>();
    for (Parts other : parts.cluster().all()) {
      if (other != parts) {
        List<String> missing =
            schema.drives(config).stream()
                .flatMap(drive -> Storages.split(drive.file()).stream())
                .map(Storages.VolumeId::storage)
                .filter(id -> !other.storages().isEnabled(id))
                .distinct()
                .toList();
        if (missing.isEmpty()) {
          allowed.add(other.guests().node());
        } else {
          refused.put(other.guests().node(), Map.of("unavailable_storages", missing));
        }
      }
    }
    Map<String, Object> all = new TreeMap<>();
    all.put("running", parts.machines().running(vmid) ? 1 : 0);
    all.put("allowed_nodes", allowed);
    all.put("not_allowed_nodes", refused);
    all.put("local_disks", disks);
    all.put("local_resources", List.of());
    all.put("mapped-resources", List.of());
    all.put("mapped-resource-info", Map.of());
    return all;
  }

  private static void say(Task task, String text) {
    task.print(CLOCK.format(LocalDateTime.now()) + " " + text);
  }

  private static String since(long start) {
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    return String.format(
        Locale.ROOT, "%02d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart());
  }
}
