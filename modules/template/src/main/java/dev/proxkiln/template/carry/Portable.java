package dev.proxkiln.template.carry;

import dev.proxkiln.pve.model.DiskSize;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells which settings of a guest mean the same on another host. */
final class Portable {
  private static final Pattern GOES =
      Pattern.compile(
          "name|description|tags|ostype|machine|bios|cpu|sockets|cores|vcpus|memory|balloon|numa"
              + "|scsihw|net\\d+|serial\\d|vga|agent|rng0|tablet|onboot|hotplug|kvm|acpi|keyboard"
              + "|localtime|boot|ciuser|citype|ciupgrade|ipconfig\\d+|sshkeys|nameserver"
              + "|searchdomain|protection");

  /** What every host makes anew, or tells by itself. */
  private static final Pattern OWN =
      Pattern.compile(
          "template|digest|meta|smbios1|vmgenid|lock|unused\\d+|parent|pending|snaptime|runningcpu"
              + "|runningmachine");

  private static final Pattern DRIVE =
      Pattern.compile("(?:scsi|virtio|sata|ide)\\d+|efidisk0|tpmstate0");

  private static final Pattern SIZE = Pattern.compile(",size=([0-9.]+[KMGT]?)(?:,|$)");

  private Portable() {}

  /**
   * The settings of a guest, apart.
   *
   * @param goes what another host can take
   * @param drives drives by slot
   * @param stays what stays behind, and why
   */
  record Parts(Map<String, String> goes, Map<String, String> drives, Map<String, String> stays) {}

  /** Takes a configuration apart. */
  static Parts of(Map<String, String> config) {
    Map<String, String> goes = new TreeMap<>();
    Map<String, String> drives = new TreeMap<>();
    Map<String, String> stays = new TreeMap<>();
    config.forEach(
        (key, value) -> {
          if (goes(key, value)) {
            goes.put(key, value);
          } else if (DRIVE.matcher(key).matches()) {
            drives.put(key, value);
          } else if (!OWN.matcher(key).matches()) {
            stays.put(key, why(key));
          }
        });
    return new Parts(goes, drives, stays);
  }

  /** Whether another host can take a setting; what names a device or a file of a host it cannot. */
  static boolean goes(String key, String value) {
    return GOES.matcher(key).matches() && (!key.startsWith("serial") || value.equals("socket"));
  }

  /** Whether a drive may have an option; none says where its content comes from. */
  static boolean isOption(String key, String value) {
    return key.matches("[a-z][a-z0-9_-]*")
        && !key.matches("file|volume|import-from|format|size")
        && value.matches("[^,\\p{Cntrl}]+");
  }

  /** Size of a drive in bytes, as the guest sees it; 0 where the node does not say. */
  static long bytes(String drive) {
    Matcher size = SIZE.matcher(drive);
    return size.find() ? DiskSize.parse(size.group(1)).bytes() : 0;
  }

  private static String why(String key) {
    return switch (key) {
      case "cipassword" -> "the node does not tell a password";
      case "cicustom" -> "its snippets belong to the host";
      default -> "it may not mean the same on another host";
    };
  }

  /** A drive's options without its volume and size: {@code discard=on,iothread=1}. */
  static Map<String, String> options(String drive) {
    Map<String, String> options = new LinkedHashMap<>();
    String[] parts = drive.split(",");
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals > 0 && !parts[i].startsWith("size=") && !parts[i].startsWith("format=")) {
        options.put(parts[i].substring(0, equals), parts[i].substring(equals + 1));
      }
    }
    return options;
  }

  /** An interface without the address that the other host gives anew. */
  static String withoutMac(String net) {
    return net.replaceFirst("^([a-z0-9-]+)=(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}", "$1");
  }
}
