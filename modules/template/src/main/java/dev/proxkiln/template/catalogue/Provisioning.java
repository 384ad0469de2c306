package dev.proxkiln.template.catalogue;

/** How a system learns at first boot who it is. */
public enum Provisioning {
  /** cloud-init, with everything that cloud-config has. */
  CLOUD_INIT("cloud-init", true, true, true),
  /** FreeBSD's nuageinit: user, keys, host name and network of the cloud-init drive. */
  NUAGEINIT("nuageinit", true, true, true),
  /** Alpine's tiny-cloud, and what is like it: keys, host name and scripts of the drive. */
  TINY_CLOUD("tiny-cloud", true, true, true),
  /** Ignition JSON, which Butane makes of YAML, on the drive; it reads nothing else there. */
  IGNITION("ignition", true, false, false),
  /** A machine configuration in the place of user data, and the network from PVE. */
  TALOS("talos", true, false, true),
  /** Nothing is read: what is inside is what boots. */
  NONE("none", false, false, false);

  private final String word;
  private final boolean drive;
  private final boolean users;
  private final boolean network;

  Provisioning(String word, boolean drive, boolean users, boolean network) {
    this.word = word;
    this.drive = drive;
    this.users = users;
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

  /** Whether PVE's user, password, keys and upgrade settings ({@code ci*}) mean anything. */
  public boolean takesUsers() {
    return users;
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
