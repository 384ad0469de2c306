package dev.proxkiln.template.catalogue;

import java.util.Optional;
import java.util.Set;

/**
 * What an image needs of the virtual machine around it.
 *
 * @param user preset user of cloud-init
 * @param packages package manager: {@code apt}, {@code dnf}, {@code zypper} ...
 * @param firmware what it boots with, where a download does not say otherwise
 * @param osType PVE's {@code ostype}
 * @param secureBoot whether its boot chain is signed, so that Secure Boot keys may be enrolled
 * @param machine {@code q35} or {@code i440fx}
 * @param cpu least CPU type that it boots on, as PVE names it
 * @param cloudInitBus bus of the cloud-init drive: {@code scsi}, {@code sata} or {@code ide}
 * @param diskBus bus on which it finds its disk: {@code scsi}, {@code virtio} or {@code sata}
 * @param console where it shows its boot messages: {@code serial} or {@code std}
 * @param agent whether the QEMU guest agent is inside
 * @param agentRuns whether that agent runs commands; several distributions forbid it
 * @param memory least memory in bytes
 * @param minDisk least sensible disk in bytes
 * @param virtualSize size of the disk inside the image in bytes, where known
 */
public record Needs(
    String user,
    String packages,
    Set<Firmware> firmware,
    String osType,
    boolean secureBoot,
    String machine,
    String cpu,
    String cloudInitBus,
    String diskBus,
    String console,
    boolean agent,
    boolean agentRuns,
    long memory,
    long minDisk,
    Optional<Long> virtualSize) {
  public Needs {
    firmware = Set.copyOf(firmware);
  }
}
