package dev.proxkiln.template.catalogue;

/** How a system learns at first boot who it is. */
public enum Provisioning {
  /** cloud-init, with everything that cloud-config has. */
  CLOUD_INIT("cloud-init", true, Login.ANY, true),
  /**
   * FreeBSD's nuageinit: host name, and keys for its own user {@code freebsd}. It knows neither
   * PVE's {@code user} and {@code password} nor network files of version 1, which PVE writes
   * (freebsd-src, libexec/nuageinit).
   */
  NUAGEINIT("nuageinit", true, Login.KEYS, false),
  /**
   * Alpine's tiny-cloud, and what is like it: keys and host name of the meta data, where PVE puts
   * neither (qemu-server: PVE/QemuServer/Cloudinit.pm, nocloud_metadata), and scripts.
   */
  TINY_CLOUD("tiny-cloud", true, Login.NONE, false),
  /** Ignition JSON, which Butane makes of YAML, on the drive; it reads nothing else there. */
  IGNITION("ignition", true, Login.NONE, false),
  /** A machine configuration in the place of user data, and the network from PVE. */
  TALOS("talos", true, Login.NONE, true),
  /** Nothing is read: what is inside is what boots. */
  NONE("none", false, Login.NONE, false);

  /** What it takes of PVE's user, password and keys. */
  private enum Login {
    ANY,
    KEYS,
    NONE
  }

  private final String word;
  private final boolean drive;
  private final Login login;
  private final boolean network;

  Provisioning(String word, boolean drive, Login login, boolean network) {
    this.word = word;
    this.drive = drive;
    this.login = login;
    this.network = network;
  }

  /** As written in the catalogue, for example {@code cloud-init}. */
  public String word() {
    return word;
  }

  /** Whether the guest has a cloud-init drive. */
  public boolean hasDrive() {
    return drive;
  }

  /** Whether PVE's keys and upgrade settings ({@code sshkeys}, {@code ciupgrade}) mean anything. */
  public boolean takesUsers() {
    return login != Login.NONE;
  }

  /** Whether PVE can name the user and set a password; else the system's own user gets the keys. */
  public boolean takesAnyUser() {
    return login == Login.ANY;
  }

  /** Whether files of the user's own in the cloud-init drive mean what they are called. */
  public boolean takesFiles() {
    return this == CLOUD_INIT || this == NUAGEINIT || this == TINY_CLOUD;
  }

  /** Whether PVE's addresses and DNS settings mean anything. */
  public boolean takesNetwork() {
    return network;
  }

  /** Whether cloud-config is read whole, so that vendor data of ours does what it says. */
  public boolean readsCloudConfig() {
    return this == CLOUD_INIT;
  }
}
