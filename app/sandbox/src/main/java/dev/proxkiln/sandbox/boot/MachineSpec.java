package dev.proxkiln.sandbox.boot;

import dev.proxkiln.sandbox.storage.DiskFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a guest needs to run.
 *
 * @param name of the guest, which is its host name
 * @param memory in MiB
 * @param cpus sockets times cores
 * @param options other options of the configuration as they stand there: cpu, machine, bios,
 *     scsihw, vga, agent, rng0, reboot and serialN
 * @param uuid of the SMBIOS
 * @param disks in slot order
 * @param networks in slot order
 * @param boot slots to boot from, in order; empty for the machine's own order
 * @param firmware the EFI variables, for OVMF
 * @param seed what cloud-init is told, empty without a cloud-init drive
 */
public record MachineSpec(
    int vmid,
    String name,
    long memory,
    int cpus,
    Map<String, String> options,
    String uuid,
    List<Disk> disks,
    List<Network> networks,
    List<String> boot,
    Optional<DiskFile> firmware,
    Optional<Seed> seed) {

  /**
   * A disk or CD-ROM.
   *
   * @param slot such as scsi0
   * @param properties of the drive, such as ssd, discard, serial
   */
  public record Disk(
      String slot, DiskFile file, boolean cdrom, long size, Map<String, String> properties) {}

  /**
   * A network device.
   *
   * @param ipconfig the slot's ipconfig text, empty for none
   */
  public record Network(String slot, String model, String mac, String ipconfig) {}

  /**
   * What cloud-init is told.
   *
   * @param instance the instance ID: another one makes the guest configure itself anew
   * @param user of the image or the one asked for, empty for the image's own
   */
  public record Seed(
      String instance, String user, List<String> sshKeys, String userData, String networkConfig) {}
}
