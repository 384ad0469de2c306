package dev.proxkiln.sandbox.storage;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sizes in the node's notations (source: pve-common JSONSchema parse_size, Format render_bytes).
 */
public final class Sizes {
  private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d+)?)(?:([KMGT])(?:iB)?)?");
  private static final String UNITS = "KMGT";

  private Sizes() {}

  /** Bytes of a text such as 32G or 4194304, empty when it is none. */
  public static OptionalLong parse(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    int power = matcher.group(2) == null ? 0 : UNITS.indexOf(matcher.group(2)) + 1;
    return OptionalLong.of(
        new BigDecimal(matcher.group(1))
            .multiply(BigDecimal.valueOf(1L << (10 * power)))
            .setScale(0, RoundingMode.DOWN)
            .longValueExact());
  }

  /** The largest unit that divides evenly: 34359738368 is 32G. */
  public static String print(long bytes) {
    long value = bytes;
    int power = 0;
    while (power < UNITS.length() && value % 1024 == 0 && (value != 0 || power < 4)) {
      value /= 1024;
      power++;
    }
    return power == 0 ? String.valueOf(value) : value + String.valueOf(UNITS.charAt(power - 1));
  }

  /** For people: {@code 2.0 MiB}. */
  public static String render(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
  }

  /** GiB, decimals allowed, to KiB, rounded up. */
  static long gibToKib(String gib) {
    return new BigDecimal(gib)
        .multiply(BigDecimal.valueOf(1024L * 1024))
        .setScale(0, RoundingMode.UP)
        .longValueExact();
  }

  /** Rounds up to a multiple. */
  static long roundUp(long value, long multiple) {
    return (value + multiple - 1) / multiple * multiple;
  }
}
