package dev.proxkiln.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.FileSize;
import dev.proxkiln.host.file.Modes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * Sets up the log without XML, when the first line is logged and not before; found by logback
 * through its service file.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
  private static final String FORM =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{0}: %msg%n";

  @Override
  public ExecutionStatus configure(LoggerContext loggers) {
    ch.qos.logback.classic.Logger root = loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    int verbose = LogPlace.verbose();
    root.setLevel(verbose > 1 ? Level.DEBUG : Level.INFO);
    String file = LogPlace.file();
    if (!file.isEmpty() && writable(Path.of(file))) {
      root.addAppender(file(loggers, file));
    }
    if (verbose > 1) {
      root.addAppender(screen(loggers));
    }
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Makes the file with its final mode; a log that cannot be written is no reason to stop. */
  private static boolean writable(Path file) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Modes.folder(folder, 0750);
      }
      Set<StandardOpenOption> options =
          Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      try (FileChannel made = Modes.open(file, options, 0640)) {
        return made.isOpen();
      }
    } catch (IOException e) {
      return false;
    }
  }

  private FileAppender<ILoggingEvent> file(LoggerContext loggers, String file) {
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setFile(file);
    FixedWindowRollingPolicy window = new FixedWindowRollingPolicy();
    window.setContext(loggers);
    window.setParent(appender);
    window.setFileNamePattern(file + ".%i.gz");
    window.setMinIndex(1);
    window.setMaxIndex(5);
    window.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
    size.setContext(loggers);
    size.setMaxFileSize(FileSize.valueOf("2MB"));
    size.start();
    appender.setRollingPolicy(window);
    appender.setTriggeringPolicy(size);
    return started(loggers, appender);
  }

  private ConsoleAppender<ILoggingEvent> screen(LoggerContext loggers) {
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setTarget("System.err");
    ThresholdFilter filter = new ThresholdFilter();
    filter.setLevel("DEBUG");
    filter.start();
    appender.addFilter(filter);
    return started(loggers, appender);
  }

  private static <A extends OutputStreamAppender<ILoggingEvent>> A started(
      LoggerContext loggers, A appender) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(loggers);
    encoder.setPattern(FORM);
    encoder.start();
    appender.setContext(loggers);
    appender.setEncoder(encoder);
    appender.start();
    return appender;
  }
}
