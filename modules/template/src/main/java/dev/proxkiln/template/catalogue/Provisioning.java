package dev.proxkiln.template.catalogue;

/** How a system learns at first boot who it is. */
public enum Provisioning {
  /** cloud-init, with everything that cloud-config has. */
  CLOUD_INIT("cloud-init", true),
  /** FreeBSD's nuageinit: user, keys, host name and network of the cloud-init drive. */
  NUAGEINIT("nuageinit", true),
  /** Alpine's tiny-cloud, and what is like it: keys, host name and scripts of the drive. */
  TINY_CLOUD("tiny-cloud", true),
  /** Ignition JSON, which Butane makes of YAML. */
  IGNITION("ignition", false),
  /** The machine configuration of Talos Linux. */
  TALOS("talos", false),
  /** Nothing is read: what is inside is what boots. */
  NONE("none", false);

  private final String word;
  private final boolean drive;

  Provisioning(String word, boolean drive) {
    this.word = word;
    this.drive = drive;
  }

  /** As written in the catalogue, for example {@code cloud-init}. */
  public String word() {
    return word;
  }

  /** Whether what PVE writes on its cloud-init drive by itself is read. */
  public boolean usesCloudInitDrive() {
    return drive;
  }

  /** Whether cloud-config is read whole, so that vendor data of ours does what it says. */
  public boolean readsCloudConfig() {
    return this == CLOUD_INIT;
  }
}
