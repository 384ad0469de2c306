package dev.proxkiln.cli.log;

import dev.proxkiln.host.log.RollingLog;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Where the log goes and how much of it. A class of its own, so that saying it loads nothing of the
 * logging library; {@link LogSetup} is made by that library, so it can be told in no other way.
 *
 * @param file the log file; empty for none
 * @param level the least that is written to it
 * @param limits how much is kept
 * @param shown whether the log goes to standard error too
 */
public record LogPlace(
    Optional<Path> file, LogLevel level, RollingLog.Limits limits, boolean shown) {
  private static final AtomicReference<LogPlace> NOW =
      new AtomicReference<>(
          new LogPlace(Optional.empty(), LogLevel.INFO, RollingLog.Limits.USUAL, false));

  /** What holds now. */
  public static LogPlace now() {
    return NOW.get();
  }

  /** A file that the output of another process goes to, with the limits that hold now. */
  public static RollingLog output(Path file) {
    return new RollingLog(file, now().limits(), InstantSource.system());
  }

  /** Lets this hold from now on. */
  public void hold() {
    NOW.set(this);
  }
}
