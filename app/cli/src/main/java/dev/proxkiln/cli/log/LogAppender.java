package dev.proxkiln.cli.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import dev.proxkiln.config.JacksonTreeText;
import dev.proxkiln.core.tree.TreeText;
import dev.proxkiln.host.log.Masks;
import dev.proxkiln.host.log.RollingLog;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;

/** Writes lines to where {@link LogPlace} says at that moment. */
final class LogAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
  private final TreeText json = new JacksonTreeText();
  private final LogLine line = new LogLine(Masks.ofProcess());

  @Override
  protected void append(ILoggingEvent event) {
    LogPlace place = LogPlace.now();
    LogLevel level = LogLine.level(event);
    boolean written = place.file().isPresent() && level.reaches(place.level());
    if (!written && !place.shown()) {
      return;
    }
    Map<String, Object> tree = line.tree(event);
    if (place.shown()) {
      show(LogLine.text(tree));
    }
    if (written) {
      write(place, json.line(tree));
    }
  }

  private void write(LogPlace place, String text) {
    try {
      new RollingLog(place.file().orElseThrow(), place.limits(), InstantSource.system())
          .append(text);
    } catch (IOException e) {
      // A log that cannot be written is no reason to stop; logback keeps the first such complaint.
      addError("cannot write the log", e);
    }
  }

  @SuppressWarnings("SystemOut") // The screen is asked for by -vv, and belongs to no one else then.
  private static void show(String text) {
    System.err.println(text);
  }
}
