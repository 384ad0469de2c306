package dev.proxkiln.sandbox.guest;

import dev.proxkiln.sandbox.access.Caller;
import dev.proxkiln.sandbox.contract.Contract;
import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.storage.Storages;
import dev.proxkiln.sandbox.task.Task;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** {@code DELETE .../VMID} (source: qemu-server API2/Qemu.pm destroy_vm). */
public final class GuestRemoval {
  private final Parts parts;
  private final Schema schema;

  /** Removes guests. */
  public GuestRemoval(Parts parts) {
    this.parts = parts;
    this.schema = parts.schema();
  }

  /**
   * Checks and starts the task.
   *
   * @param purge from pools and jobs too
   * @param unreferenced whether volumes go that are the guest's by name only
   * @return the task's UPID
   */
  public String remove(
      Caller caller, int vmid, boolean skipLock, boolean purge, boolean unreferenced) {
    if (skipLock && !caller.isRoot()) {
      throw Refusal.parameter("skiplock", "Only root may use this option.");
    }
    check(vmid);
    return parts.task(
        "qmdestroy",
        String.valueOf(vmid),
        caller,
        task ->
            parts
                .guests()
                .locked(
                    vmid,
                    Parts.PATIENCE,
                    () -> {
                      destroy(vmid, skipLock, purge, unreferenced, task);
                      return vmid;
                    }));
  }

  private GuestConfig check(int vmid) {
    GuestConfig config = parts.guests().load(vmid);
    Guests.checkProtection(config, "can't remove VM " + vmid);
    if (parts.machines().running(vmid)) {
      throw Refusal.failed("VM " + vmid + " is running - destroy failed");
    }
    return config;
  }

  private void destroy(int vmid, boolean skipLock, boolean purge, boolean unreferenced, Task task) {
    GuestConfig config = check(vmid);
    parts.faults().checkQuorum();
    if (!skipLock && !config.get("lock", "").equals("suspended")) {
      Guests.checkLock(config);
    }
    Set<String> volumes = volumes(config);
    if (config.isTemplate()) {
      for (String volume : volumes) {
        if (Storages.split(volume).isPresent() && parts.storages().baseInUse(volume)) {
          throw Refusal.failed("base volume '" + volume + "' is still in use by linked cloned");
        }
      }
    }
    for (String volume : volumes) {
      freeOwned(vmid, volume, task);
      parts.faults().halfWay(task.upid().type());
    }
    if (unreferenced) {
      for (String volume : parts.storages().imagesOf(vmid)) {
        free(volume, "", task);
      }
    }
    GuestConfig gone = new GuestConfig();
    gone.set("lock", "destroyed");
    parts.guests().write(vmid, gone);
    parts.access().forget("/vms/" + vmid);
    parts.pools().forget(vmid);
    if (purge) {
      task.print("purging VM " + vmid + " from related configurations..");
    }
    parts.guests().delete(vmid);
  }

  private Set<String> volumes(GuestConfig config) {
    Set<String> volumes = new LinkedHashSet<>();
    for (Drive drive : schema.drives(config)) {
      if (!drive.plainCdrom() && !drive.file().equals("none")) {
        volumes.add(drive.file());
      }
    }
    for (Map.Entry<String, String> entry : config.values().entrySet()) {
      if (Contract.isNumbered("unused", entry.getKey())) {
        volumes.add(entry.getValue());
      }
    }
    return volumes;
  }

  private void freeOwned(int vmid, String volume, Task task) {
    boolean owned;
    try {
      owned = Storages.split(volume).isPresent() && parts.storages().name(volume).owner() == vmid;
    } catch (Refusal e) {
      task.warn("failed to get path and owner of volume '" + volume + "': " + e.getMessage());
      return;
    }
    if (owned) {
      free(volume, "Could not remove disk '" + volume + "', check manually: ", task);
    }
  }

  private void free(String volume, String prefix, Task task) {
    try {
      parts.storages().free(volume);
    } catch (Refusal e) {
      task.warn(prefix + e.getMessage());
    }
  }
}
