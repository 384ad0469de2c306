package dev.proxkiln.host.file;

import java.util.Locale;

/** Byte counts in words for people. */
public final class ByteCount {
  private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};

  private ByteCount() {}

  /** A count of bytes with a binary unit, for example {@code 1.5 GiB}; below 1 KiB in bytes. */
  public static String text(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " bytes" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }
}
