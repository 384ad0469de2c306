package dev.proxkiln.sandbox.guest;

import dev.proxkiln.sandbox.access.Caller;
import dev.proxkiln.sandbox.boot.MachineSpec;
import dev.proxkiln.sandbox.contract.Contract;
import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.storage.DiskFile;
import dev.proxkiln.sandbox.storage.Storages;
import dev.proxkiln.sandbox.task.Task;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Start, stop, shutdown, reboot and reset (source: qemu-server API2/Qemu.pm, vm_start). */
public final class GuestPower {
  private static final Duration SHUTDOWN_LIMIT = Duration.ofSeconds(60);

  private final Parts parts;
  private final Schema schema;
  private final CloudInit cloudInit;

  /** Starts and stops guests. */
  public GuestPower(Parts parts) {
    this.parts = parts;
    this.schema = parts.schema();
    this.cloudInit = new CloudInit(parts);
  }

  /** Starts a guest in a task and returns its UPID. */
  public String start(Caller caller, int vmid) {
    parts.faults().checkQuorum();
    return task(
        "qmstart",
        caller,
        vmid,
        task -> {
          GuestConfig config = parts.guests().load(vmid);
          if (config.isTemplate()) {
            throw Refusal.failed("you can't start a vm if it's a template");
          }
          Guests.checkLock(config);
          if (parts.machines().running(vmid)) {
            throw Refusal.failed("VM " + vmid + " already running");
          }
          run(vmid, config, task);
        });
  }

  private void run(int vmid, GuestConfig config, Task task) {
    for (int i = 0; i < 32; i++) {
      String slot = "net" + i;
      config
          .get(slot)
          .map(text -> schema.parse(slot, text).getOrDefault("bridge", ""))
          .filter(bridge -> !bridge.isEmpty() && !bridge.equals(Bridges.DEFAULT))
          .ifPresent(
              bridge -> {
                throw Refusal.failed("bridge '" + bridge + "' does not exist");
              });
    }
    if (config.get("tpmstate0").isPresent()) {
      task.print("WARN: the sandbox node keeps the TPM's state and emulates no TPM");
    }
    cloudInit.write(vmid, config, task::print);
    parts.machines().start(spec(vmid, config), task::print);
  }

  /** What a guest's configuration makes of a machine. */
  MachineSpec spec(int vmid, GuestConfig config) {
    List<MachineSpec.Disk> disks = new ArrayList<>();
    Optional<DiskFile> firmware = Optional.empty();
    for (Drive drive : schema.drives(config)) {
      Optional<DiskFile> file = file(drive);
      if (drive.slot().equals("efidisk0")) {
        firmware = file;
      } else if (!drive.slot().equals("tpmstate0") && file.isPresent()) {
        long size = parts.storages().size(drive.file()).orElse(0L);
        disks.add(
            new MachineSpec.Disk(
                drive.slot(), file.get(), drive.cdrom(), size, drive.properties()));
      }
    }
    List<MachineSpec.Network> networks = new ArrayList<>();
    Map<String, String> options = new TreeMap<>();
    for (Map.Entry<String, String> entry : config.values().entrySet()) {
      String key = entry.getKey();
      if (Contract.isNumbered("net", key)) {
        Map<String, String> net = schema.parse(key, entry.getValue());
        networks.add(
            new MachineSpec.Network(
                key,
                net.getOrDefault("model", "virtio"),
                net.getOrDefault("macaddr", Schema.randomMac()),
                config.get("ipconfig" + key.substring(3), "")));
      } else if (!Contract.isDrive(key)) {
        options.put(key, entry.getValue());
      }
    }
    long memory =
        Long.parseLong(
            schema.parse("memory", config.get("memory", "512")).getOrDefault("current", "512"));
    int cpus =
        Integer.parseInt(config.get("sockets", "1")) * Integer.parseInt(config.get("cores", "1"));
    return new MachineSpec(
        vmid,
        config.get("name", "VM" + vmid),
        memory,
        cpus,
        options,
        config
            .get("smbios1")
            .map(text -> schema.parse("smbios1", text).getOrDefault("uuid", ""))
            .orElse(""),
        disks,
        networks,
        bootOrder(config),
        firmware,
        cloudInit.seed(vmid, config));
  }

  private Optional<DiskFile> file(Drive drive) {
    if (Storages.split(drive.file()).isEmpty()) {
      return Optional.empty();
    }
    DiskFile file = parts.storages().file(drive.file());
    if (!Files.exists(file.path())) {
      throw Refusal.failed("volume '" + drive.file() + "' does not exist");
    }
    boolean iso = parts.storages().name(drive.file()).type().equals("iso");
    return Optional.of(iso ? new DiskFile(file.path(), "raw") : file);
  }

  private List<String> bootOrder(GuestConfig config) {
    String boot = config.get("boot", "").strip();
    String order = boot.isEmpty() ? null : schema.parse("boot", boot).get("order");
    return order == null ? List.of() : Contract.splitList(order);
  }

  /** Takes the power away in a task and returns its UPID. */
  public String stop(Caller caller, int vmid, boolean skipLock) {
    checkSkipLock(caller, skipLock);
    return task(
        "qmstop",
        caller,
        vmid,
        task -> {
          if (parts.machines().running(vmid)) {
            checkLock(vmid, skipLock);
            parts.machines().stop(vmid);
          } else {
            parts.guests().load(vmid);
          }
        });
  }

  /**
   * Presses the power button in a task and returns its UPID.
   *
   * @param force whether the power is taken away when the time is over
   */
  public String shutdown(
      Caller caller, int vmid, Optional<Duration> limit, boolean force, boolean skipLock) {
    checkSkipLock(caller, skipLock);
    parts.guests().load(vmid);
    return task(
        "qmshutdown",
        caller,
        vmid,
        task -> {
          checkLock(vmid, skipLock);
          powerDown(vmid, limit, force, task);
        });
  }

  private void powerDown(int vmid, Optional<Duration> limit, boolean force, Task task) {
    if (!parts.machines().running(vmid)) {
      return;
    }
    if (!parts.machines().powerDown(vmid, limit.orElse(SHUTDOWN_LIMIT))) {
      if (!force) {
        throw Refusal.failed("VM quit/powerdown failed - got timeout");
      }
      task.print("VM still running - terminating now with SIGTERM");
      parts.machines().stop(vmid);
    }
  }

  /** Shuts down and starts again in a task and returns its UPID. */
  public String reboot(Caller caller, int vmid, Optional<Duration> limit) {
    checkRunning(vmid);
    return task(
        "qmreboot",
        caller,
        vmid,
        task -> {
          powerDown(vmid, limit, false, task);
          run(vmid, parts.guests().load(vmid), task);
        });
  }

  /** Presses the reset button in a task and returns its UPID. */
  public String reset(Caller caller, int vmid, boolean skipLock) {
    checkSkipLock(caller, skipLock);
    checkRunning(vmid);
    return task("qmreset", caller, vmid, task -> parts.machines().reset(vmid));
  }

  private void checkRunning(int vmid) {
    parts.guests().load(vmid);
    if (!parts.machines().running(vmid)) {
      throw Refusal.failed("VM " + vmid + " not running");
    }
  }

  private static void checkSkipLock(Caller caller, boolean skipLock) {
    if (skipLock && !caller.isRoot()) {
      throw Refusal.parameter("skiplock", "Only root may use this option.");
    }
  }

  private void checkLock(int vmid, boolean skipLock) {
    if (!skipLock) {
      Guests.checkLock(parts.guests().load(vmid));
    }
  }

  /** Work on a guest that nobody else changes meanwhile. */
  private interface Work {
    void run(Task task);
  }

  private String task(String type, Caller caller, int vmid, Work work) {
    return parts.task(
        type,
        String.valueOf(vmid),
        caller,
        task ->
            parts
                .guests()
                .locked(
                    vmid,
                    Parts.PATIENCE,
                    () -> {
                      work.run(task);
                      return vmid;
                    }));
  }
}
