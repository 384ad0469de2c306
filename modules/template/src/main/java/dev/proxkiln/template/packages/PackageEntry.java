package dev.proxkiln.template.packages;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One package and its names.
 *
 * @param id our name of it
 * @param category ID of its category
 * @param about a few words
 * @param names package manager to the names to install; a manager that is left out has none
 * @param el where RHEL's rebuilds have it: {@code base}, {@code epel} or {@code unknown}
 * @param missing releases that lack it, and {@code el} for RHEL and its rebuilds
 * @param verified package managers whose index was looked at
 * @param notes what surprises, may be empty
 */
public record PackageEntry(
    String id,
    String category,
    String about,
    Map<String, List<String>> names,
    String el,
    Set<String> missing,
    Set<String> verified,
    String notes) {

  /** Package managers that the files know, in the order in which they are shown. */
  public static final List<String> MANAGERS = List.of("apt", "dnf", "zypper", "pacman", "apk");

  /** How sure it is that a package manager has it. */
  public enum Presence {
    /** The name was looked up in the distribution's own index. */
    VERIFIED,
    /** The name is known, and nobody looked. */
    KNOWN,
    /** The distribution's repositories lack it. */
    ABSENT;

    /** For tables and JSON. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** How sure it is that a package manager has it. */
  public Presence presence(String manager) {
    if (!names.containsKey(manager)) {
      return Presence.ABSENT;
    }
    return verified.contains(manager) ? Presence.VERIFIED : Presence.KNOWN;
  }

  /** Why a distribution lacks it, or nothing when it is there. */
  Optional<String> lack(Distribution distribution) {
    if (!names.containsKey(distribution.manager())) {
      return Optional.of("No repository of its distribution has it.");
    }
    if (missing.stream().anyMatch(distribution::isCalled)) {
      return Optional.of("The repositories of this release lack it.");
    }
    if (el.equals("epel") && distribution.enterprise() && distribution.epel().isEmpty()) {
      return Optional.of("It is in EPEL only, which this system cannot add by a package.");
    }
    return Optional.empty();
  }

  /** The names to install; only where there is no {@link #lack}. */
  List<String> namesIn(Distribution distribution) {
    return names.getOrDefault(distribution.manager(), List.of());
  }
}
