package dev.proxkiln.cli.log;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How much a line matters, the least first. */
public enum LogLevel {
  /** For whoever looks for a mistake: every call to the node. */
  DEBUG,
  /** What was begun and how it ended. */
  INFO,
  /** Something is not as it should be; the work goes on. */
  WARN,
  /** Something failed. */
  ERROR,
  /** proxkiln itself made a mistake and gave up. */
  FATAL;

  /** The words of all, in lower case. */
  public static String[] words() {
    return Arrays.stream(values()).map(LogLevel::word).toArray(String[]::new);
  }

  /** The level that a word names, in whatever case. */
  public static Optional<LogLevel> of(String word) {
    return Arrays.stream(values()).filter(one -> one.word().equalsIgnoreCase(word)).findFirst();
  }

  /** In lower case, as settings have it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether this is written where that is the least. */
  public boolean reaches(LogLevel least) {
    return compareTo(least) >= 0;
  }
}
