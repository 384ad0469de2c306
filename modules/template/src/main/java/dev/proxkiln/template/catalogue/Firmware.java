package dev.proxkiln.template.catalogue;

/** What starts a guest. */
public enum Firmware {
  /** SeaBIOS. */
  BIOS("seabios"),
  /** OVMF, with a small disk for its variables. */
  UEFI("ovmf");

  private final String bios;

  Firmware(String bios) {
    this.bios = bios;
  }

  /** PVE's word for it, the value of {@code bios}. */
  public String bios() {
    return bios;
  }

  /** Our word for it: {@code bios} or {@code uefi}. */
  public String word() {
    return this == BIOS ? "bios" : "uefi";
  }
}
