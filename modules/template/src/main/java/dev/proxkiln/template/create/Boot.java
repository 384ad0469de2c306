package dev.proxkiln.template.create;

import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.template.catalogue.Firmware;
import java.util.Optional;

/**
 * What starts the guest, and what it can trust.
 *
 * @param machine {@code q35} or {@code i440fx}
 * @param firmware what starts it
 * @param secureBoot whether Secure Boot keys are enrolled; means nothing for BIOS
 * @param efiStorage storage of the disk for the firmware's variables
 * @param tpmStorage storage of the TPM's state; empty for no TPM
 */
public record Boot(
    String machine,
    Firmware firmware,
    boolean secureBoot,
    StorageFacts efiStorage,
    Optional<StorageFacts> tpmStorage) {

  public boolean isUefi() {
    return firmware == Firmware.UEFI;
  }
}
