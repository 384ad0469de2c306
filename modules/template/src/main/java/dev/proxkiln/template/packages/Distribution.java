package dev.proxkiln.template.packages;

import java.util.Optional;

/**
 * What decides how a package is called, and whether it is there.
 *
 * @param manager {@code apt}, {@code dnf}, {@code zypper}, {@code pacman}, {@code apk}; anything
 *     else means that packages cannot be installed
 * @param family family of the image, for example {@code rhel}
 * @param image ID of the image, for example {@code debian-12}
 * @param title of the image, for messages
 */
public record Distribution(String manager, String family, String image, String title) {

  /** RHEL and its rebuilds, whose repositories are smaller than Fedora's. */
  boolean enterprise() {
    return manager.equals("dnf") && family.equals("rhel") && !image.startsWith("fedora");
  }

  /** Whether a word of a {@code missing} list means this one: {@code el} or a release. */
  boolean isCalled(String word) {
    return word.equals("el")
        ? enterprise()
        : image.equals(word) || image.startsWith(word + "-") || image.startsWith(word + ".");
  }

  /** The package that brings EPEL, where there is one. */
  Optional<String> epel() {
    if (!enterprise()) {
      return Optional.empty();
    }
    if (image.startsWith("oracle")) {
      String major = image.replaceAll("\\D+(\\d+).*", "$1");
      return Optional.of("oracle-epel-release-el" + major);
    }
    boolean rebuild =
        image.startsWith("alma") || image.startsWith("rocky") || image.startsWith("centos");
    return rebuild ? Optional.of("epel-release") : Optional.empty();
  }
}
