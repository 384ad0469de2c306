package dev.proxkiln.template.create;

import dev.proxkiln.pve.model.Drive;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * How a disk is attached.
 *
 * @param format {@code qcow2}, {@code raw} or {@code vmdk}; empty for what suits the storage
 * @param cache cache mode, empty for PVE's default (none)
 * @param aio {@code io_uring}, {@code native} or {@code threads}; empty for PVE's choice
 * @param discard whether freed blocks are given back to the storage
 * @param ssd whether the guest sees an SSD
 * @param iothread whether it has a thread of its own
 * @param backup whether backups hold it
 * @param replicate whether storage replication takes it along
 * @param serial number that the guest sees
 * @param limits PVE's names of limits ({@code mbps_rd}, {@code iops_wr} ...) to numbers
 */
public record DriveOptions(
    Optional<String> format,
    Optional<Drive.Cache> cache,
    Optional<String> aio,
    boolean discard,
    boolean ssd,
    boolean iothread,
    boolean backup,
    boolean replicate,
    boolean readOnly,
    Optional<String> serial,
    SequencedMap<String, String> limits) {

  /**
   * A drive with these options, without what the slot's bus does not know.
   *
   * @param slot for example {@code scsi0}
   * @param threads whether SCSI disks can have threads of their own
   * @param files whether the storage keeps disks in files, where raw would be the default
   */
  Drive on(Drive plain, String slot, boolean threads, boolean files) {
    SequencedMap<String, String> more = new LinkedHashMap<>();
    aio.ifPresent(mode -> more.put("aio", mode));
    if (!backup) {
      more.put("backup", "0");
    }
    more.putAll(limits);
    if (!replicate) {
      more.put("replicate", "0");
    }
    if (readOnly) {
      more.put("ro", "1");
    }
    serial.ifPresent(number -> more.put("serial", number));
    boolean scsi = slot.startsWith("scsi");
    // Raw is the default there, and raw files have neither snapshots nor thin copies.
    Optional<String> kept = format.or(() -> files ? Optional.of("qcow2") : Optional.empty());
    return new Drive(
            plain.source(),
            plain.size(),
            kept,
            plain.cdrom(),
            discard,
            ssd,
            iothread && (threads || !scsi),
            cache,
            more)
        .fitting(slot);
  }

  static SequencedMap<String, String> limits(Map<String, Optional<?>> wanted) {
    SequencedMap<String, String> limits = new LinkedHashMap<>();
    wanted.forEach((name, value) -> value.ifPresent(v -> limits.put(name, v.toString())));
    return limits;
  }
}
