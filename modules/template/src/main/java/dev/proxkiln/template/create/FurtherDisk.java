package dev.proxkiln.template.create;

import dev.proxkiln.core.facts.StorageFacts;

/**
 * A further disk, empty.
 *
 * @param slot for example {@code scsi2}
 * @param size bytes
 */
public record FurtherDisk(String slot, StorageFacts storage, long size, DriveOptions options) {}
