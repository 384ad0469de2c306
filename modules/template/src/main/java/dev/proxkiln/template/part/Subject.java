package dev.proxkiln.template.part;

import dev.proxkiln.template.catalogue.Firmware;
import dev.proxkiln.template.catalogue.Image;
import dev.proxkiln.template.catalogue.Needs;
import dev.proxkiln.template.catalogue.Provisioning;
import java.util.Set;

/**
 * What a template is made of, as far as other settings need to know it: their defaults and limits
 * come from here.
 *
 * @param id short name, fit for a PVE tag
 * @param title for people
 * @param family {@code debian}, {@code rhel}, {@code alpine} ...; empty when unknown
 * @param needs what it needs of the virtual machine
 * @param firmware what it boots with; empty when unknown
 * @param provisioning how its clones are set up
 */
public record Subject(
    String id,
    String title,
    String family,
    Needs needs,
    Set<Firmware> firmware,
    Provisioning provisioning) {

  /** PVE guests of this kind only: the others are root's own business. */
  public static final String ARCH = "amd64";

  public Subject {
    firmware = Set.copyOf(firmware);
  }

  /** An image of the catalogue. */
  public static Subject of(Image image) {
    return new Subject(
        image.id(),
        image.title(),
        image.family(),
        image.needs(),
        image.firmware(ARCH),
        image.provisioning());
  }

  /** BIOS where it can: no disk for variables, no certificates that run out. */
  public Firmware preferredFirmware() {
    return firmware.isEmpty() || firmware.contains(Firmware.BIOS) ? Firmware.BIOS : Firmware.UEFI;
  }
}
