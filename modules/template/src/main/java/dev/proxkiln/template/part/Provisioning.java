package dev.proxkiln.template.part;

/** How a guest learns who it is when it starts for the first time. */
public enum Provisioning {
  /** cloud-init or what reads the same files: user, keys, network and host name come from PVE. */
  CLOUD_INIT(true, true, true),
  /** Ignition, from a file of the user's on the cloud-init drive; it reads nothing else there. */
  IGNITION(true, false, false),
  /** Talos: a machine configuration in the place of user data, and the network from PVE. */
  TALOS(true, false, true),
  /** Nothing: an appliance, imported as it is. */
  NONE(false, false, false);

  private final boolean drive;
  private final boolean users;
  private final boolean network;

  Provisioning(boolean drive, boolean users, boolean network) {
    this.drive = drive;
    this.users = users;
    this.network = network;
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
}
