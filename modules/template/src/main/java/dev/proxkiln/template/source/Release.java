package dev.proxkiln.template.source;

import java.util.Arrays;
import java.util.Optional;

/** The releases that can be built from packages. */
enum Release {
  DEBIAN_12("debian", "12", "bookworm"),
  DEBIAN_13("debian", "13", "trixie"),
  UBUNTU_22_04("ubuntu", "22.04", "jammy"),
  UBUNTU_24_04("ubuntu", "24.04", "noble"),
  UBUNTU_26_04("ubuntu", "26.04", "resolute");

  private final String distribution;
  private final String version;
  private final String suite;

  Release(String distribution, String version, String suite) {
    this.distribution = distribution;
    this.version = version;
    this.suite = suite;
  }

  String distribution() {
    return distribution;
  }

  String suite() {
    return suite;
  }

  /** As the catalogue names it, for example {@code debian-13}. */
  String id() {
    return distribution + "-" + version;
  }

  /** For people, for example {@code Debian 13 (trixie)}. */
  String title() {
    String name = Character.toUpperCase(distribution.charAt(0)) + distribution.substring(1);
    return name + " " + version + " (" + suite + ")";
  }

  /** The keys that may sign its archive, as the distribution's own package installs them. */
  String keyring() {
    return "/usr/share/keyrings/" + distribution + "-archive-keyring.gpg";
  }

  static String[] ids() {
    return Arrays.stream(values()).map(Release::id).toArray(String[]::new);
  }

  static Optional<Release> find(String id) {
    return Arrays.stream(values()).filter(release -> release.id().equals(id)).findFirst();
  }
}
