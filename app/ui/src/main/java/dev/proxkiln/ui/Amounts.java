package dev.proxkiln.ui;

import java.time.Duration;
import java.util.Locale;

/** Sizes and times as people read them. */
public final class Amounts {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

  private Amounts() {}

  /** Bytes in a unit of 1024 with at most one decimal: {@code 330 MiB}, {@code 6.4 GiB}. */
  public static String bytes(long bytes) {
    int unit = unit(bytes);
    return number(bytes, unit) + " " + UNITS[unit];
  }

  /** Two sizes in the unit of the second: {@code 210 of 330 MiB}. */
  public static String bytes(long done, long total) {
    int unit = unit(total);
    return number(done, unit) + " of " + number(total, unit) + " " + UNITS[unit];
  }

  private static int unit(long bytes) {
    int unit = 0;
    double size = bytes;
    while (size >= 1000 && unit < UNITS.length - 1) {
      size /= 1024;
      unit++;
    }
    return unit;
  }

  private static String number(long bytes, int unit) {
    double size = bytes / Math.pow(1024, unit);
    return unit >= 3 || (size < 10 && unit > 0)
        ? String.format(Locale.ROOT, "%.1f", size)
        : String.format(Locale.ROOT, "%.0f", size);
  }

  /** A time: {@code 0.4 s}, {@code 18 s}, {@code 2 min 5 s}, {@code 1 h 3 min}. */
  public static String time(Duration time) {
    long millis = time.toMillis();
    if (millis < 10_000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
    return whole(time);
  }

  /** A time in whole seconds, for guesses: {@code 3 s}. */
  public static String whole(Duration time) {
    long seconds = (time.toMillis() + 500) / 1000;
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return seconds / 60 + " min" + (seconds % 60 == 0 ? "" : " " + seconds % 60 + " s");
    }
    long minutes = seconds / 60;
    return minutes / 60 + " h" + (minutes % 60 == 0 ? "" : " " + minutes % 60 + " min");
  }
}
