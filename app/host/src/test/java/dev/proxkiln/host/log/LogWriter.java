package dev.proxkiln.host.log;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/** A process that writes numbered lines to a log. */
final class LogWriter {
  static final RollingLog.Limits LIMITS = new RollingLog.Limits(20_000, 10 << 20);

  private LogWriter() {}

  public static void main(String[] args) throws IOException {
    RollingLog log = new RollingLog(Path.of(args[0]), LIMITS, InstantSource.system());
    for (int i = 0; i < Integer.parseInt(args[2]); i++) {
      log.append(args[1] + " " + i + " " + "x".repeat(40));
    }
  }
}
