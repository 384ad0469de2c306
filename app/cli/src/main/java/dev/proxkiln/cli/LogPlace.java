package dev.proxkiln.cli;

import java.nio.file.Path;

/**
 * Where the log goes. A class of its own, so that saying it loads nothing of the logging library;
 * {@link LogSetup} reads it when the first line is logged.
 */
final class LogPlace {
  private static final String FILE = "proxkiln.log.file";
  private static final String VERBOSE = "proxkiln.log.verbose";

  private LogPlace() {}

  /** Says where the log goes and how much of it is shown on the screen too. */
  static void set(Path file, int verbose) {
    System.setProperty(FILE, file.toString());
    System.setProperty(VERBOSE, String.valueOf(verbose));
  }

  /** The log file, or empty text for none. */
  static String file() {
    return System.getProperty(FILE, "");
  }

  /** How often {@code -v} was given. */
  static int verbose() {
    return Integer.getInteger(VERBOSE, 0);
  }
}
