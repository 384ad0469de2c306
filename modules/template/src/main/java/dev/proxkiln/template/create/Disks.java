package dev.proxkiln.template.create;

import dev.proxkiln.core.facts.StorageFacts;
import java.util.Optional;

/**
 * Where the disks are.
 *
 * @param storage storage for the disks
 * @param importStorage storage that takes the uploaded image; empty where the node reads it by path
 * @param size of the first disk in bytes
 * @param bus {@code scsi}, {@code virtio} or {@code sata}
 */
public record Disks(StorageFacts storage, Optional<String> importStorage, long size, String bus) {

  /** The drive that the guest boots from, for example {@code scsi0}. */
  public String first() {
    return bus + "0";
  }
}
