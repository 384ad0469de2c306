package dev.proxkiln.sandbox.boot;

/** How guests are started. */
public enum BootMode {
  /** QEMU where it is installed, else simulated. */
  AUTO,
  /** Always QEMU; starting a guest fails where it is not installed. */
  QEMU,
  /** Never QEMU: starts succeed and the guest agent answers from a model. */
  SIMULATED
}
