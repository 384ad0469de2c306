package dev.proxkiln.cli.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.host.log.Masks;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;
import org.slf4j.event.KeyValuePair;

/**
 * A line of the log as a tree: {@code time}, {@code level}, {@code pid}, {@code run}, {@code
 * thread}, {@code logger}, {@code message}, whatever the caller adds ({@code slug}, {@code step}
 * ...), {@code trace}. What is not known is left out.
 */
public final class LogLine {
  /** Marks an error as one that ends the program: slf4j itself has no such level. */
  public static final Marker FATAL = MarkerFactory.getMarker("FATAL");

  /** The key of a run's ID, on lines and in a thread's context. */
  public static final String RUN = "run";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxxx").withZone(ZoneId.systemDefault());
  private static final Set<String> OWN =
      Set.of("time", "level", "pid", RUN, "thread", "logger", "message", "trace");

  private final Masks masks;

  LogLine(Masks masks) {
    this.masks = masks;
  }

  static LogLevel level(ILoggingEvent event) {
    List<Marker> markers = event.getMarkerList();
    if (markers != null && markers.contains(FATAL)) {
      return LogLevel.FATAL;
    }
    return switch (event.getLevel().toInt()) {
      case Level.ERROR_INT -> LogLevel.ERROR;
      case Level.WARN_INT -> LogLevel.WARN;
      case Level.INFO_INT -> LogLevel.INFO;
      default -> LogLevel.DEBUG;
    };
  }

  Map<String, Object> tree(ILoggingEvent event) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("time", TIME.format(Instant.ofEpochMilli(event.getTimeStamp())));
    tree.put("level", level(event).name());
    tree.put("pid", ProcessHandle.current().pid());
    String run = event.getMDCPropertyMap().get(RUN);
    if (run != null) {
      tree.put(RUN, run);
    }
    tree.put("thread", event.getThreadName());
    String logger = event.getLoggerName();
    tree.put("logger", logger.substring(logger.lastIndexOf('.') + 1));
    tree.put("message", masks.apply(String.valueOf(event.getFormattedMessage())));
    List<KeyValuePair> more = event.getKeyValuePairs();
    if (more != null) {
      for (KeyValuePair pair : more) {
        tree.put(pair.key, value(pair.value));
      }
    }
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      tree.put("trace", masks.apply(ThrowableProxyUtil.asString(thrown).stripTrailing()));
    }
    return tree;
  }

  private Object value(Object value) {
    return value instanceof Number || value instanceof Boolean
        ? value
        : masks.apply(String.valueOf(value));
  }

  /** A line for people: time, level, run, logger, message, the rest as {@code key=value}. */
  public static String text(Object tree) {
    StringBuilder out = new StringBuilder();
    out.append(Tree.text(tree, "time")).append(' ');
    out.append("%-5s".formatted(Tree.text(tree, "level"))).append(' ');
    String run = Tree.text(tree, RUN);
    if (!run.isEmpty()) {
      out.append('[').append(run).append("] ");
    }
    out.append(Tree.text(tree, "logger")).append(": ").append(Tree.text(tree, "message"));
    Tree.map(tree, "")
        .forEach(
            (key, value) -> {
              if (!OWN.contains(key)) {
                out.append(' ').append(key).append('=').append(value);
              }
            });
    String trace = Tree.text(tree, "trace");
    return trace.isEmpty() ? out.toString() : out.append('\n').append(trace).toString();
  }
}
