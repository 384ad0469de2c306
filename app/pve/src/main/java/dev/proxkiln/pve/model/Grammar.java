package dev.proxkiln.pve.model;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.Locale;
import java.util.regex.Pattern;

/** The small grammars that several texts share (pve-common: PVE/JSONSchema.pm). */
final class Grammar {
  private Grammar() {}

  static final Pattern STORAGE = Pattern.compile("[A-Za-z][A-Za-z0-9._-]*[A-Za-z0-9]");
  static final Pattern BRIDGE = Pattern.compile("[-_.A-Za-z0-9]+");

  /** Unicast: the lowest bit of the first byte is not set. */
  static final Pattern MAC = Pattern.compile("[A-Fa-f0-9][02468ACEace](?::[A-Fa-f0-9]{2}){5}");

  static final Pattern IPV4 = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");

  static String storage(String id) {
    return check(STORAGE, id, "storage ID");
  }

  static String check(Pattern pattern, String text, String what) {
    if (!pattern.matcher(text).matches()) {
      throw new IllegalArgumentException("'" + text + "' is not a " + what);
    }
    return text;
  }

  static boolean flag(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "1", "on", "yes", "true" -> true;
      case "0", "off", "no", "false" -> false;
      default -> throw new IllegalArgumentException("'" + text + "' is neither 1 nor 0");
    };
  }

  static long number(String text, long from, long to, String what) {
    try {
      long number = Long.parseLong(text.strip());
      if (number >= from && number <= to) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        what + " '" + text + "' is not a whole number from " + from + " to " + to);
  }

  static String ipv4(String text) {
    try {
      if (IPV4.matcher(text).matches()) {
        return Inet4Address.ofLiteral(text).getHostAddress().equals(text) ? text : bad(text, "4");
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    return bad(text, "4");
  }

  static String ipv6(String text) {
    if (text.contains("%") || text.contains("[") || !text.contains(":")) {
      return bad(text, "6");
    }
    try {
      Inet6Address.ofLiteral(text);
      return text;
    } catch (IllegalArgumentException e) {
      return bad(text, "6");
    }
  }

  private static String bad(String text, String version) {
    throw new IllegalArgumentException("'" + text + "' is not an IPv" + version + " address");
  }
}
