package dev.proxkiln.sandbox.guest;

import dev.proxkiln.sandbox.access.Caller;
import dev.proxkiln.sandbox.contract.Contract;
import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.storage.Storages;
import dev.proxkiln.sandbox.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** {@code PUT} and {@code POST .../config} (source: qemu-server API2/Qemu.pm, update_vm_api). */
public final class GuestChange {
  private final Parts parts;
  private final Schema schema;
  private final Rights rights;
  private final CloudInit cloudInit;

  /** Changes guests. */
  public GuestChange(Parts parts) {
    this.parts = parts;
    this.schema = parts.schema();
    this.rights = new Rights(parts);
    this.cloudInit = new CloudInit(parts);
  }

  /** What is asked for, taken apart. */
  private record Wanted(
      int vmid,
      Map<String, String> set,
      List<String> delete,
      Optional<String> digest,
      boolean skipLock,
      boolean force,
      String printed) {}

  /**
   * Changes a guest in a task.
   *
   * @return the task's UPID
   */
  public String asynchronously(Caller caller, Map<String, String> given) {
    Wanted wanted = check(caller, given);
    return parts.task(
        "qmconfig",
        String.valueOf(wanted.vmid),
        caller,
        task -> locked(caller, wanted, task::print, Optional.of(task)));
  }

  /**
   * Changes a guest at once.
   *
   * @return the lines that a command prints
   */
  public List<String> synchronously(Caller caller, Map<String, String> given) {
    Wanted wanted = check(caller, given);
    List<String> lines = new ArrayList<>();
    locked(caller, wanted, lines::add, Optional.empty());
    return lines;
  }

  private Wanted check(Caller caller, Map<String, String> given) {
    Map<String, String> set = new TreeMap<>(given);
    int vmid = Integer.parseInt(String.valueOf(set.remove("vmid")));
    Optional<String> digest = Optional.ofNullable(set.remove("digest"));
    set.remove("background_delay");
    set.remove("import-working-storage");
    String printed = printed(vmid, set);
    boolean skipLock = "1".equals(set.remove("skiplock"));
    if (skipLock && !caller.isRoot()) {
      throw Refusal.parameter("skiplock", "Only root may use this option.");
    }
    List<String> delete =
        Contract.splitList(Optional.ofNullable(set.remove("delete")).orElse("")).stream()
            .map(name -> name.equals("cdrom") ? "ide2" : name)
            .toList();
    List<String> revert = Contract.splitList(Optional.ofNullable(set.remove("revert")).orElse(""));
    boolean force = "1".equals(set.remove("force"));
    Optional.ofNullable(set.get("sshkeys")).ifPresent(SshKeys::check);
    set.computeIfPresent("cpuunits", (key, units) -> GuestCreation.clampShares(units));
    if (delete.isEmpty() && revert.isEmpty() && set.isEmpty()) {
      throw Refusal.failed("no options specified");
    }
    GuestCreation.cdromAlias(set);
    checkNames(set, delete, revert);
    Map<String, String> normal = new DriveChecks(parts).normalised(set);
    normal.replaceAll(
        (key, value) ->
            Contract.isNumbered("net", key)
                ? schema.network(key, value)
                : key.equals("vmgenid") && value.equals("1") ? Schema.uuid() : value);
    rights.options(caller, vmid, Optional.empty(), delete);
    rights.options(caller, vmid, Optional.empty(), normal.keySet());
    rights.storages(caller, vmid, normal, "");
    rights.bridges(caller, normal);
    Wanted wanted = new Wanted(vmid, normal, delete, digest, skipLock, force, printed);
    loadAndCheck(wanted);
    return wanted;
  }

  private static String printed(int vmid, Map<String, String> set) {
    StringBuilder text = new StringBuilder("update VM " + vmid + ":");
    set.forEach(
        (key, value) ->
            text.append(" -")
                .append(key)
                .append(' ')
                .append(key.equals("cipassword") ? "<hidden>" : value));
    return text.toString();
  }

  private void checkNames(Map<String, String> set, List<String> delete, List<String> revert) {
    for (String name : revert) {
      if (!schema.exists(name)) {
        throw Refusal.parameter("revert", "unknown option '" + name + "'");
      }
    }
    for (String name : delete) {
      if (set.containsKey(name)) {
        throw Refusal.parameter(
            "delete", "you can't use '-" + name + "' and -delete " + name + "' at the same time");
      }
      if (!schema.exists(name)) {
        throw Refusal.parameter("delete", "unknown option '" + name + "'");
      }
    }
  }

  private GuestConfig loadAndCheck(Wanted wanted) {
    GuestConfig config = parts.guests().load(wanted.vmid);
    if (wanted.digest.isPresent()
        && !wanted.digest.get().equals(parts.guests().digest(wanted.vmid))) {
      throw Refusal.failed("checksum mismatch (file change by other user?)");
    }
    if (!wanted.skipLock) {
      Guests.checkLock(config);
    }
    checkBalloon(config, wanted.set);
    return config;
  }

  private void checkBalloon(GuestConfig config, Map<String, String> set) {
    if (!set.containsKey("memory") && !set.containsKey("balloon")) {
      return;
    }
    String memory = set.getOrDefault("memory", config.get("memory", "512"));
    long most = Long.parseLong(schema.parse("memory", memory).getOrDefault("current", "512"));
    long balloon = Long.parseLong(set.getOrDefault("balloon", config.get("balloon", "0")));
    if (balloon > most) {
      throw Refusal.failed("balloon value too large (must be smaller than assigned memory)");
    }
  }

  private void locked(Caller caller, Wanted wanted, Consumer<String> print, Optional<Task> task) {
    parts.faults().checkQuorum();
    parts
        .guests()
        .locked(
            wanted.vmid,
            Parts.PATIENCE,
            () -> {
              GuestConfig config = loadAndCheck(wanted);
              print.accept(wanted.printed);
              apply(caller, wanted, config, print, task);
              return wanted.vmid;
            });
  }

  private void apply(
      Caller caller,
      Wanted wanted,
      GuestConfig config,
      Consumer<String> print,
      Optional<Task> task) {
    List<String> order = bootOrder(config);
    for (String name : wanted.delete) {
      if (config.get(name).isEmpty()) {
        print.accept("cannot delete '" + name + "' - not set in current configuration!");
        continue;
      }
      delete(caller, wanted, config, name);
      if (order.remove(name)) {
        config.set("boot", order.isEmpty() ? " " : "order=" + String.join(";", order));
      }
      save(wanted.vmid, config);
    }
    boolean newCloudInitDrive = false;
    for (Map.Entry<String, String> entry : wanted.set.entrySet()) {
      String name = entry.getKey();
      if (Contract.isDrive(name)) {
        newCloudInitDrive |= drive(caller, wanted, config, name, order, print, task);
      } else {
        option(wanted, config, name, entry.getValue());
      }
      save(wanted.vmid, config);
    }
    if (newCloudInitDrive && !parts.machines().running(wanted.vmid)) {
      cloudInit.write(wanted.vmid, config, print);
    }
  }

  private void delete(Caller caller, Wanted wanted, GuestConfig config, String name) {
    String value = config.get(name, "");
    if (Contract.isNumbered("unused", name)) {
      Guests.checkProtection(config, "can't remove unused disk '" + value + "'");
      rights.guest(caller, wanted.vmid, Optional.empty(), "VM.Config.Disk");
      freeOwned(caller, wanted.vmid, config, name, value);
    } else if (Contract.isDrive(name)) {
      Guests.checkProtection(config, "can't remove drive '" + name + "'");
      Drive drive = schema.drive(name, value);
      rights.drive(caller, wanted.vmid, drive);
      if (wanted.force && !drive.plainCdrom()) {
        freeOwned(caller, wanted.vmid, config, name, drive.file());
      } else {
        detach(wanted.vmid, config, drive);
      }
    } else if (name.matches("serial\\d+") && !value.equals("socket") && !caller.isRoot()) {
      throw Refusal.failed("only root can delete '" + name + "' config for real devices");
    }
    config.remove(name);
  }

  private void freeOwned(Caller caller, int vmid, GuestConfig config, String slot, String volume) {
    if (!owned(vmid, volume)) {
      return;
    }
    String id = Storages.parse(volume).storage();
    parts.access().check(caller, "/storage/" + id, "Datastore.AllocateSpace");
    boolean used =
        schema.drives(config).stream()
            .anyMatch(drive -> !drive.slot().equals(slot) && drive.file().equals(volume));
    if (used) {
      throw Refusal.failed(
          "unable to delete '" + volume + "' - volume is still in use (snapshot?)");
    }
    parts.storages().free(volume);
  }

  private boolean owned(int vmid, String volume) {
    return Storages.split(volume).isPresent() && parts.storages().name(volume).owner() == vmid;
  }

  /** An old disk stays as an unused one; a cloud-init drive goes. */
  private void detach(int vmid, GuestConfig config, Drive old) {
    if (old.cloudInit()) {
      parts.storages().free(old.file());
    } else if (!old.cdrom() && owned(vmid, old.file())) {
      for (int i = 0; i < 256; i++) {
        Optional<String> taken = config.get("unused" + i);
        if (taken.isEmpty()) {
          config.set("unused" + i, old.file());
          return;
        }
        if (taken.get().equals(old.file())) {
          return;
        }
      }
      throw Refusal.failed("Too many unused volumes - please delete them first.");
    }
  }

  /** Makes or attaches a drive; says whether it is a cloud-init drive. */
  private boolean drive(
      Caller caller,
      Wanted wanted,
      GuestConfig config,
      String slot,
      List<String> order,
      Consumer<String> print,
      Optional<Task> task) {
    Drive wish = schema.drive(slot, wanted.set.getOrDefault(slot, ""));
    Optional<Drive> old = config.get(slot).map(text -> schema.drive(slot, text));
    old.ifPresent(drive -> rights.drive(caller, wanted.vmid, drive));
    rights.drive(caller, wanted.vmid, wish);
    Task worker = task.orElseGet(() -> Task.unrecorded(print));
    Map<String, String> made =
        new DiskMaker(parts)
            .make(
                caller,
                wanted.vmid,
                config,
                Map.of(slot, wanted.set.getOrDefault(slot, "")),
                "",
                worker);
    Drive done = schema.drive(slot, made.getOrDefault(slot, ""));
    if (old.isPresent() && !old.get().file().equals(done.file())) {
      detach(wanted.vmid, config, old.get());
    }
    config.set(slot, schema.print(done));
    if (!order.isEmpty() && done.plainCdrom() && !order.contains(slot)) {
      order.add(slot);
      config.set("boot", "order=" + String.join(";", order));
    }
    return done.cloudInit();
  }

  private void option(Wanted wanted, GuestConfig config, String name, String value) {
    switch (name) {
      case "tags" -> config.set("tags", GuestCreation.uniqueTags(value));
      case "cipassword" -> config.set("cipassword", hashed(config, value));
      case "boot" -> config.set("boot", boot(wanted, config, value));
      case "machine" -> {
        schema.checkMachine(value);
        config.set("machine", value);
      }
      default -> config.set(name, value);
    }
  }

  private static String hashed(GuestConfig config, String password) {
    boolean windows = config.get("ostype", "other").matches("w.*");
    boolean hash = password.matches("\\$(?:[156]|2[ay])(?:\\$.+){2}.*");
    return windows || hash ? password : Crypt.sha256(password);
  }

  private String boot(Wanted wanted, GuestConfig config, String value) {
    String order = schema.parse("boot", value).get("order");
    if (order == null) {
      return value;
    }
    List<String> devices = Contract.splitList(order);
    for (String device : devices) {
      boolean there = config.get(device).isPresent() || wanted.set.containsKey(device);
      if (!there || wanted.delete.contains(device)) {
        throw Refusal.failed("invalid bootorder: device '" + device + "' does not exist'");
      }
    }
    return "order=" + String.join(";", devices);
  }

  private List<String> bootOrder(GuestConfig config) {
    String boot = config.get("boot", "").strip();
    String order = boot.isEmpty() ? null : schema.parse("boot", boot).get("order");
    return new ArrayList<>(order == null ? List.of() : Contract.splitList(order));
  }

  private void save(int vmid, GuestConfig config) {
    List<String> used = schema.drives(config).stream().map(Drive::file).toList();
    for (String key : config.values().keySet()) {
      if (Contract.isNumbered("unused", key) && used.contains(config.get(key, ""))) {
        config.remove(key);
      }
    }
    parts.guests().write(vmid, config);
  }
}
