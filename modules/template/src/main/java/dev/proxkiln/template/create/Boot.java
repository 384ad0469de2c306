package dev.proxkiln.template.create;

import dev.proxkiln.template.catalogue.Firmware;

/**
 * What starts the guest.
 *
 * @param machine {@code q35} or {@code i440fx}
 * @param firmware what starts it
 * @param secureBoot whether Secure Boot keys are enrolled; means nothing for BIOS
 * @param efiStorage storage of the disk for the firmware's variables
 */
public record Boot(String machine, Firmware firmware, boolean secureBoot, String efiStorage) {

  public boolean isUefi() {
    return firmware == Firmware.UEFI;
  }
}
