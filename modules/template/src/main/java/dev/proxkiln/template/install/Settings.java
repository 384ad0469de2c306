package dev.proxkiln.template.install;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an unattended installation is told. Values are narrow on purpose: none holds a quote, a
 * blank, a backslash or a control character, so that every answer file can hold them as they are.
 *
 * @param hostName of the machine while it is installed; clones get their own
 * @param locale for example {@code en_US.UTF-8}
 * @param keyboard console keyboard, for example {@code us}
 * @param timezone for example {@code Europe/Berlin}
 * @param disk the disk that is overwritten, as the installer's kernel calls it: {@code sda}, {@code
 *     vda}
 * @param uefi whether the firmware is UEFI
 * @param rootPassword name of the secret that holds the crypt hash of root's password; empty locks
 *     root
 * @param packages more packages, by the distribution's own names
 * @param mirror where packages come from; empty for the publisher's own or the medium
 * @param security where security updates come from; empty for the publisher's own
 * @param proxy HTTP proxy for the installation
 * @param product SUSE's name of what is installed, for example {@code Leap}; empty elsewhere
 */
public record Settings(
    String hostName,
    String locale,
    String keyboard,
    String timezone,
    String disk,
    boolean uefi,
    Optional<String> rootPassword,
    List<String> packages,
    Optional<URI> mirror,
    Optional<URI> security,
    Optional<URI> proxy,
    String product) {

  /** A crypt hash; nothing in it needs quoting in any of the answer files. */
  static final String CRYPT_HASH =
      "\\A\\$(?:5|6|y|2[aby])\\$(?:[A-Za-z0-9./=,]+\\$)*[A-Za-z0-9./]{20,200}\\z";

  static final String HOST_NAME = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
  static final String LOCALE = "C\\.UTF-8|[a-z]{2,3}_[A-Z]{2}\\.UTF-8";
  static final String KEYBOARD = "[a-z][a-z0-9_-]{0,31}";
  static final String TIMEZONE = "[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+){0,2}";
  static final String PACKAGE = "[A-Za-z0-9@][A-Za-z0-9.+_@:-]{0,99}";
  static final String PRODUCT = "[A-Za-z0-9][A-Za-z0-9._-]{0,39}|";

  private static final String DISK = "(?:[sv]d[a-z]|nvme0n1)";
  private static final Pattern ADDRESS =
      Pattern.compile("https?://[A-Za-z0-9.:\\[\\]-]+(?:/[A-Za-z0-9._~%+/-]*)?");

  /**
   * Checks.
   *
   * @throws IllegalArgumentException when a value cannot be written into every answer file
   */
  public Settings {
    packages = List.copyOf(packages);
    demand(hostName, HOST_NAME);
    demand(locale, LOCALE);
    demand(keyboard, KEYBOARD);
    demand(timezone, TIMEZONE);
    demand(disk, DISK);
    demand(product, PRODUCT);
    packages.forEach(name -> demand(name, PACKAGE));
    mirror.ifPresent(Settings::address);
    security.ifPresent(Settings::address);
    proxy.ifPresent(Settings::address);
  }

  private static void demand(String value, String pattern) {
    if (!value.matches(pattern)) {
      throw new IllegalArgumentException("'" + value + "' cannot be put into an answer file");
    }
  }

  /** Whether an address can stand in every answer file: http(s), without user, query and blanks. */
  static boolean fits(URI address) {
    return ADDRESS.matcher(address.toString()).matches();
  }

  private static void address(URI address) {
    if (!fits(address)) {
      throw new IllegalArgumentException("'" + address + "' cannot be put into an answer file");
    }
  }

  /** The language of the locale, for example {@code en}; of C it is English. */
  String language() {
    return locale.startsWith("C.") ? "en" : locale.substring(0, locale.indexOf('_'));
  }

  /** The country of the locale, for example {@code US}. */
  String country() {
    return locale.startsWith("C.")
        ? "US"
        : locale.substring(locale.indexOf('_') + 1, locale.indexOf('.'));
  }

  /** The disk as a path. */
  String device() {
    return "/dev/" + disk;
  }
}
