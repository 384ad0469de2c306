package dev.proxkiln.sandbox.guest;

import dev.proxkiln.sandbox.access.Caller;
import dev.proxkiln.sandbox.contract.Contract;
import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.task.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** {@code POST /nodes/NODE/qemu} (source: qemu-server API2/Qemu.pm, create_vm). */
public final class GuestCreation {
  private static final Duration RESERVATION_PATIENCE = Duration.ofSeconds(5);

  private final Parts parts;
  private final Schema schema;
  private final Rights rights;
  private final GuestPower power;

  /** Creates guests, and starts them when asked to. */
  public GuestCreation(Parts parts, GuestPower power) {
    this.parts = parts;
    this.schema = parts.schema();
    this.rights = new Rights(parts);
    this.power = power;
  }

  /**
   * Checks, reserves the number and starts the task.
   *
   * @param given all parameters but the node's name
   * @return the task's UPID
   */
  public String create(Caller caller, Map<String, String> given) {
    Map<String, String> wanted = new TreeMap<>(given);
    int vmid = Integer.parseInt(take(wanted, "vmid").orElseThrow());
    Optional<String> pool = take(wanted, "pool");
    Optional<String> storage = take(wanted, "storage");
    boolean start = take(wanted, "start").orElse("0").equals("1");
    boolean highlyAvailable = take(wanted, "ha-managed").orElse("0").equals("1");
    for (String unused : List.of("bwlimit", "force", "unique", "import-working-storage")) {
      wanted.remove(unused);
    }
    if (take(wanted, "archive").isPresent() || take(wanted, "live-restore").isPresent()) {
      throw Refusal.notImplemented("the sandbox node cannot restore backups");
    }
    Optional.ofNullable(wanted.get("sshkeys")).ifPresent(SshKeys::check);
    wanted.computeIfPresent("cpuunits", (key, units) -> clampShares(units));
    parts.faults().checkQuorum();
    pool.ifPresent(parts.pools()::checkExists);
    storage.ifPresent(
        id -> parts.access().check(caller, "/storage/" + id, "Datastore.AllocateSpace"));
    if (highlyAvailable) {
      parts.access().check(caller, "/", "Sys.Console");
      throw Refusal.notImplemented("the sandbox node has no high availability");
    }
    if (start) {
      rights.guest(caller, vmid, pool, "VM.PowerMgmt");
    }
    checkAllocate(caller, vmid, pool);
    cdromAlias(wanted);
    rights.storages(caller, vmid, wanted, storage.orElse(""));
    rights.options(caller, vmid, pool, wanted.keySet());
    rights.devices(caller, vmid, pool, wanted);
    rights.bridges(caller, wanted);
    Map<String, String> normal = new DriveChecks(parts).normalised(wanted);
    normal.replaceAll(
        (key, value) -> Contract.isNumbered("net", key) ? schema.network(key, value) : value);
    String failure = "unable to create VM " + vmid + " - ";
    reserve(vmid, failure);
    return parts.task(
        "qmcreate",
        String.valueOf(vmid),
        caller,
        task -> {
          try {
            parts
                .guests()
                .locked(
                    vmid,
                    Parts.SHORT_PATIENCE,
                    () -> {
                      build(caller, vmid, normal, storage.orElse(""), task, failure);
                      pool.ifPresent(id -> parts.pools().add(id, vmid));
                      return vmid;
                    });
          } catch (RuntimeException e) {
            parts.guests().delete(vmid);
            throw e;
          }
          if (start) {
            task.print("Execute autostart");
            try {
              power.start(caller, vmid);
            } catch (Refusal e) {
              task.print(e.text());
            }
          }
        });
  }

  private void checkAllocate(Caller caller, int vmid, Optional<String> pool) {
    boolean onGuest = parts.access().has(caller, "/vms/" + vmid, List.of("VM.Allocate"));
    boolean onPool =
        pool.isPresent()
            && parts.access().has(caller, "/pool/" + pool.get(), List.of("VM.Allocate"));
    if (!onGuest && !onPool) {
      throw Refusal.forbidden("");
    }
  }

  private void reserve(int vmid, String failure) {
    try {
      parts
          .guests()
          .locked(
              vmid,
              RESERVATION_PATIENCE,
              () -> {
                parts.cluster().checkFree(vmid);
                GuestConfig reserved = new GuestConfig();
                reserved.set("lock", "create");
                parts.guests().write(vmid, reserved);
                return vmid;
              });
    } catch (Refusal e) {
      throw Refusal.failed(failure + e.getMessage());
    }
  }

  private void build(
      Caller caller,
      int vmid,
      Map<String, String> wanted,
      String fallback,
      Task task,
      String failure) {
    DiskMaker disks = new DiskMaker(parts);
    GuestConfig config = new GuestConfig();
    wanted.forEach(
        (key, value) -> {
          if (!Contract.isDrive(key)) {
            config.set(key, value);
          }
        });
    Map<String, String> made;
    try {
      // A node finds out after it has made the disks, and removes them again.
      config.get("machine").ifPresent(schema::checkMachine);
      made = disks.make(caller, vmid, config, wanted, fallback, task);
    } catch (Refusal e) {
      throw Refusal.failed(failure + e.text());
    }
    made.forEach(config::set);
    complete(config);
    config.get("tags").ifPresent(tags -> config.set("tags", uniqueTags(tags)));
    parts.guests().write(vmid, config);
  }

  private void complete(GuestConfig config) {
    config.set("meta", meta());
    if (config.get("boot").isEmpty()) {
      config.set("boot", defaultBoot(config));
    }
    if (config.get("smbios1").isEmpty()) {
      config.set("smbios1", "uuid=" + Schema.uuid());
    }
    if (config.get("vmgenid").isEmpty() || config.get("vmgenid", "").equals("1")) {
      config.set("vmgenid", Schema.uuid());
    }
  }

  private String meta() {
    String qemu =
        switch (schema.version()) {
          case "8.4" -> "9.2.0";
          case "9.1" -> "10.1.2";
          default -> "11.0.0";
        };
    return "creation-qemu=" + qemu + ",ctime=" + System.currentTimeMillis() / 1000;
  }

  /** First disk, first CD-ROM, first network device, as far as there are such. */
  private String defaultBoot(GuestConfig config) {
    List<String> devices = new ArrayList<>();
    for (boolean cdrom : new boolean[] {false, true}) {
      schema.drives(config).stream()
          .filter(d -> !d.slot().equals("efidisk0") && !d.slot().equals("tpmstate0"))
          .filter(d -> d.cdrom() == cdrom)
          .findFirst()
          .ifPresent(drive -> devices.add(drive.slot()));
    }
    for (int i = 0; i < 32; i++) {
      if (config.get("net" + i).isPresent()) {
        devices.add("net" + i);
        break;
      }
    }
    return devices.isEmpty() ? " " : "order=" + String.join(";", devices);
  }

  /** Tags sorted, in lower case, each once, joined by semicolons (source: pve-guest-common). */
  static String uniqueTags(String tags) {
    TreeSet<String> unique = new TreeSet<>();
    Contract.splitList(tags).forEach(tag -> unique.add(tag.toLowerCase(Locale.ROOT)));
    return String.join(";", unique);
  }

  static String clampShares(String units) {
    return String.valueOf(Math.clamp(Long.parseLong(units), 1, 10_000));
  }

  /** {@code cdrom} is another word for a CD-ROM at ide2. */
  static void cdromAlias(Map<String, String> parameters) {
    String value = parameters.remove("cdrom");
    if (value != null) {
      parameters.put("ide2", value.contains("media=") ? value : value + ",media=cdrom");
    }
  }

  private static Optional<String> take(Map<String, String> parameters, String name) {
    return Optional.ofNullable(parameters.remove(name));
  }
}
