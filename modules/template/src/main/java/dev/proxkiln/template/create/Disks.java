package dev.proxkiln.template.create;

import dev.proxkiln.core.facts.StorageFacts;
import java.util.List;
import java.util.Optional;

/**
 * The disks.
 *
 * @param storage storage of the first disk and the cloud-init drive
 * @param importStorage storage that takes the uploaded image; empty where the node reads it by path
 * @param size of the first disk in bytes
 * @param bus {@code scsi}, {@code virtio} or {@code sata}
 * @param options how the first disk is attached
 * @param controller SCSI controller
 * @param cloudInit slot of the cloud-init drive, empty for none
 * @param more further disks
 */
public record Disks(
    StorageFacts storage,
    Optional<String> importStorage,
    long size,
    String bus,
    DriveOptions options,
    String controller,
    Optional<String> cloudInit,
    List<FurtherDisk> more) {

  /** The only controller that gives each SCSI disk a thread of its own. */
  static final String SINGLE = "virtio-scsi-single";

  public Disks {
    more = List.copyOf(more);
  }

  /** The drive that the guest boots from, for example {@code scsi0}. */
  public String first() {
    return bus + "0";
  }

  boolean hasThreads() {
    return controller.equals(SINGLE);
  }
}
