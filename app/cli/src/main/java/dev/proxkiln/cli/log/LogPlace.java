package dev.proxkiln.cli.log;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Where the log goes and how much of it. A class of its own, so that saying it loads nothing of the
 * logging library; {@link LogSetup} is made by that library, so it can be told in no other way.
 *
 * @param file the log file; empty for none
 * @param level the least that is written to it
 * @param total bytes of all files of the log together
 * @param shown whether the log goes to standard error too
 */
public record LogPlace(Optional<Path> file, LogLevel level, long total, boolean shown) {
  private static final AtomicReference<LogPlace> NOW =
      new AtomicReference<>(new LogPlace(Optional.empty(), LogLevel.INFO, 0, false));

  /** What holds now. */
  public static LogPlace now() {
    return NOW.get();
  }

  /** Lets this hold from now on. */
  public void hold() {
    NOW.set(this);
  }
}
