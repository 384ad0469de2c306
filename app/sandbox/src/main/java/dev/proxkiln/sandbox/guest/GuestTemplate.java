package dev.proxkiln.sandbox.guest;

import dev.proxkiln.sandbox.access.Caller;
import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.storage.Storages;
import java.util.Optional;

/** {@code POST .../template} (source: qemu-server API2/Qemu.pm template, template_create). */
public final class GuestTemplate {
  private final Parts parts;
  private final Schema schema;

  /** Converts guests. */
  public GuestTemplate(Parts parts) {
    this.parts = parts;
    this.schema = parts.schema();
  }

  /**
   * Checks and starts the task.
   *
   * @param disk only this slot, for a guest that is a template already
   * @return the task's UPID
   */
  public String convert(Caller caller, int vmid, Optional<String> disk) {
    check(vmid, disk);
    return parts.task(
        "qmtemplate",
        String.valueOf(vmid),
        caller,
        task ->
            parts
                .guests()
                .locked(
                    vmid,
                    Parts.PATIENCE,
                    () -> {
                      GuestConfig config = check(vmid, disk);
                      parts.faults().checkQuorum();
                      config.set("template", "1");
                      parts.guests().write(vmid, config);
                      for (Drive drive : schema.drives(config)) {
                        base(vmid, config, drive, disk);
                        parts.faults().halfWay(task.upid().type());
                      }
                      return vmid;
                    }));
  }

  private void base(int vmid, GuestConfig config, Drive drive, Optional<String> only) {
    boolean wanted = only.isEmpty() || only.get().equals(drive.slot());
    boolean volume = Storages.split(drive.file()).isPresent();
    // Thick LVM cannot: the volume keeps its name and the guest is a template all the same.
    if (!drive.cdrom() && wanted && volume && parts.storages().canBecomeBase(drive.file())) {
      String base = parts.storages().createBase(drive.file());
      config.set(drive.slot(), schema.print(drive.with("file", base)));
      parts.guests().write(vmid, config);
    }
  }

  private GuestConfig check(int vmid, Optional<String> disk) {
    GuestConfig config = parts.guests().load(vmid);
    Guests.checkLock(config);
    if (config.isTemplate() && disk.isEmpty()) {
      throw Refusal.failed("you can't convert a template to a template");
    }
    if (parts.machines().running(vmid)) {
      throw Refusal.failed("you can't convert a VM to template if VM is running");
    }
    return config;
  }
}
