package dev.proxkiln.template.customise;

import java.util.List;
import java.util.Optional;

/**
 * What a template gets besides its image. Everything is checked: names have no blanks, paths are
 * absolute, zones exist.
 *
 * @param manager package manager of the image: {@code apt}, {@code dnf}, {@code zypper}, {@code
 *     pacman}, {@code apk}; empty where it has none that can be used
 * @param repositories packages that bring further repositories, to be installed before the others
 *     in a transaction of their own
 * @param packages package names as that manager knows them, in the order asked for
 * @param files files, written before the commands run
 * @param commands the user's own shell commands, run by root inside the guest, in order, last
 * @param timezone for example {@code Europe/Berlin}
 * @param locale for example {@code de_DE.UTF-8}
 * @param keyboard console keyboard
 * @param agent whether the QEMU guest agent is installed and enabled
 * @param lockRoot whether root's password is locked
 * @param certificates extra certificate authorities, PEM, one certificate each
 * @param proxy address of an HTTP proxy that clones use, for example {@code http://192.0.2.1:3128}
 * @param aptCache address of a cache for apt that clones use
 */
public record Customisation(
    String manager,
    List<String> repositories,
    List<String> packages,
    List<GuestFile> files,
    List<String> commands,
    Optional<String> timezone,
    Optional<String> locale,
    Optional<Keyboard> keyboard,
    boolean agent,
    boolean lockRoot,
    List<String> certificates,
    Optional<String> proxy,
    Optional<String> aptCache) {

  /** Package of the QEMU guest agent: every distribution calls it so. */
  public static final String AGENT = "qemu-guest-agent";

  /** Nothing at all. */
  public static final Customisation NOTHING =
      new Customisation(
          "",
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          false,
          false,
          List.of(),
          Optional.empty(),
          Optional.empty());

  public Customisation {
    repositories = List.copyOf(repositories);
    packages = List.copyOf(packages);
    files = List.copyOf(files);
    commands = List.copyOf(commands);
    certificates = List.copyOf(certificates);
  }

  /**
   * A console keyboard.
   *
   * @param layout for example {@code de}
   * @param variant for example {@code nodeadkeys}
   */
  public record Keyboard(String layout, Optional<String> variant) {
    /** {@code de} or {@code de:nodeadkeys}. */
    public String print() {
      return layout + variant.map(v -> ":" + v).orElse("");
    }

    /** Reads {@link #print()} back. */
    public static Keyboard parse(String text) {
      int colon = text.indexOf(':');
      return colon < 0
          ? new Keyboard(text, Optional.empty())
          : new Keyboard(text.substring(0, colon), Optional.of(text.substring(colon + 1)));
    }
  }

  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return wantedPackages().isEmpty()
        && files.isEmpty()
        && commands.isEmpty()
        && timezone.isEmpty()
        && locale.isEmpty()
        && keyboard.isEmpty()
        && !lockRoot
        && certificates.isEmpty()
        && proxy.isEmpty()
        && aptCache.isEmpty();
  }

  /** The packages, and the agent's where it is wanted. */
  public List<String> wantedPackages() {
    if (!agent || packages.contains(AGENT)) {
      return packages;
    }
    return java.util.stream.Stream.concat(packages.stream(), java.util.stream.Stream.of(AGENT))
        .toList();
  }

  /** The same with what is inherited from the machine that proxkiln runs on. */
  public Customisation inheriting(
      List<String> extraCertificates, Optional<String> itsProxy, Optional<String> itsAptCache) {
    return new Customisation(
        manager,
        repositories,
        packages,
        files,
        commands,
        timezone,
        locale,
        keyboard,
        agent,
        lockRoot,
        extraCertificates,
        itsProxy,
        itsAptCache);
  }
}
