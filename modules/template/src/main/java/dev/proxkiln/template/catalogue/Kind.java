package dev.proxkiln.template.catalogue;

/** What an entry of the catalogue gives. */
public enum Kind {
  /** A disk image that is told at first boot who it is. */
  CLOUD_IMAGE("cloud-image"),
  /** A disk image of a system that configures itself; it is imported as it is. */
  APPLIANCE("appliance"),
  /** A medium from which a system is installed. */
  INSTALLER_ISO("installer-iso"),
  /** A file that one must fetch oneself: it needs a login, a licence or a choice of mirror. */
  MANUAL("manual");

  private final String word;

  Kind(String word) {
    this.word = word;
  }

  /** As written in the catalogue, for example {@code installer-iso}. */
  public String word() {
    return word;
  }
}
