package dev.proxkiln.pve.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The size of a disk as PVE writes it: {@code 528K}, {@code 1500M}, {@code 32G}, {@code 1T}, or
 * plain bytes (pve-common: PVE/JSONSchema.pm, parse_size and format_size).
 *
 * @param bytes size in bytes, not negative
 */
public record DiskSize(long bytes) implements Comparable<DiskSize> {

  private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)([KMGT]?)(?:iB)?");
  private static final String UNITS = "KMGT";

  public DiskSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a disk cannot have " + bytes + " bytes");
    }
  }

  public static DiskSize gib(long gib) {
    return new DiskSize(Math.multiplyExact(gib, 1L << 30));
  }

  /** Reads {@code NUMBER[K|M|G|T]}; units are powers of 1024, no unit is bytes. */
  public static DiskSize parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw new IllegalArgumentException("'" + text + "' is not a disk size");
    }
    int unit = form.group(2).isEmpty() ? 0 : UNITS.indexOf(form.group(2)) + 1;
    BigDecimal bytes =
        new BigDecimal(form.group(1)).multiply(BigDecimal.valueOf(1L << (10 * unit)));
    if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException("'" + text + "' is too large for a disk");
    }
    return new DiskSize(bytes.longValue());
  }

  /** In the largest unit that divides it evenly, as PVE does. */
  public String print() {
    long number = bytes;
    int unit = 0;
    while (number != 0 && number % 1024 == 0 && unit < UNITS.length()) {
      number /= 1024;
      unit++;
    }
    return unit == 0 ? Long.toString(number) : number + UNITS.substring(unit - 1, unit);
  }

  /**
   * In GiB, the form for allocating a new disk: whole MiB as they are, else rounded up to three
   * decimals.
   */
  public String printGib() {
    int scale = bytes % (1L << 20) == 0 ? 10 : 3;
    return new BigDecimal(bytes)
        .divide(BigDecimal.valueOf(1L << 30), scale, RoundingMode.CEILING)
        .stripTrailingZeros()
        .toPlainString();
  }

  @Override
  public int compareTo(DiskSize other) {
    return Long.compare(bytes, other.bytes);
  }

  @Override
  public String toString() {
    return print();
  }
}
