package dev.proxkiln.sandbox.contract;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parameters that exist in numbers, such as {@code scsi0} to {@code scsi30}. */
final class Numbered {
  private static final Pattern NAME = Pattern.compile("([a-z]+)(0|[1-9][0-9]{0,2})");

  /** How many of each exist; the contract writes them as {@code scsi[n]}. */
  private static final Map<String, Integer> COUNT =
      Map.ofEntries(
          Map.entry("scsi", 31),
          Map.entry("virtio", 16),
          Map.entry("sata", 6),
          Map.entry("ide", 4),
          Map.entry("net", 32),
          Map.entry("ipconfig", 32),
          Map.entry("unused", 256),
          Map.entry("serial", 4),
          Map.entry("parallel", 3),
          Map.entry("hostpci", 16),
          Map.entry("usb", 14),
          Map.entry("numa", 8),
          Map.entry("virtiofs", 10),
          Map.entry("mp", 256),
          Map.entry("dev", 256),
          Map.entry("link", 8),
          Map.entry("acmedomain", 5));

  private Numbered() {}

  /** The contract's name of a numbered parameter, for example {@code scsi[n]} for scsi3. */
  static Optional<String> template(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Integer count = COUNT.get(matcher.group(1));
    if (count == null || Integer.parseInt(matcher.group(2)) >= count) {
      return Optional.empty();
    }
    return Optional.of(matcher.group(1) + "[n]");
  }

  static boolean is(String base, String name) {
    return template(name).filter((base + "[n]")::equals).isPresent();
  }

  /** Whether the name is a drive slot: ide, sata, scsi, virtio, efidisk0 or tpmstate0. */
  static boolean isDrive(String name) {
    return name.equals("efidisk0")
        || name.equals("tpmstate0")
        || is("scsi", name)
        || is("virtio", name)
        || is("sata", name)
        || is("ide", name);
  }
}
