package dev.proxkiln.sandbox.guest;

import dev.proxkiln.sandbox.access.Caller;
import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.storage.Sizes;
import dev.proxkiln.sandbox.storage.Storages;
import java.util.Optional;

/** {@code PUT .../resize} (source: qemu-server API2/Qemu.pm, resize_vm). */
public final class GuestResize {
  private final Parts parts;
  private final Schema schema;

  /** Makes disks larger. */
  public GuestResize(Parts parts) {
    this.parts = parts;
    this.schema = parts.schema();
  }

  /**
   * Starts the task, which does all checks.
   *
   * @param size such as 20G or, relative, +4G
   * @return the task's UPID
   */
  public String resize(
      Caller caller,
      int vmid,
      String slot,
      String size,
      boolean skipLock,
      Optional<String> digest) {
    if (skipLock && !caller.isRoot()) {
      throw Refusal.parameter("skiplock", "Only root may use this option.");
    }
    return parts.task(
        "resize",
        String.valueOf(vmid),
        caller,
        task ->
            parts
                .guests()
                .locked(
                    vmid,
                    Parts.PATIENCE,
                    () -> {
                      GuestConfig config = parts.guests().load(vmid);
                      if (digest.isPresent() && !digest.get().equals(parts.guests().digest(vmid))) {
                        throw Refusal.failed("checksum mismatch (file change by other user?)");
                      }
                      if (!skipLock) {
                        Guests.checkLock(config);
                      }
                      parts.faults().checkQuorum();
                      grow(caller, vmid, config, slot, size);
                      parts.faults().halfWay(task.upid().type());
                      return vmid;
                    }));
  }

  private void grow(Caller caller, int vmid, GuestConfig config, String slot, String size) {
    String text =
        config.get(slot).orElseThrow(() -> Refusal.failed("disk '" + slot + "' does not exist"));
    Drive drive = schema.drive(slot, text);
    if (drive.cdrom()) {
      throw Refusal.failed("you can't resize a cdrom");
    }
    String volume = drive.file();
    String id = Storages.parse(volume).storage();
    parts.storages().name(volume);
    parts.access().check(caller, "/storage/" + id, "Datastore.AllocateSpace");
    long now =
        parts
            .storages()
            .size(volume)
            .orElseThrow(
                () ->
                    Refusal.failed("Could not determine current size of volume '" + volume + "'"));
    boolean relative = size.startsWith("+");
    long wanted =
        Sizes.parse(relative ? size.substring(1) : size)
            .orElseThrow(() -> Refusal.failed("internal error"));
    wanted += relative ? now : 0;
    if (wanted < now) {
      throw Refusal.failed("shrinking disks is not supported");
    }
    if (wanted == now) {
      return;
    }
    if (parts.machines().running(vmid)) {
      throw Refusal.notImplemented("the sandbox node resizes disks of stopped guests only");
    }
    parts.storages().resize(volume, wanted);
    config.set(slot, schema.print(drive.withSize(wanted)));
    parts.guests().write(vmid, config);
  }
}
