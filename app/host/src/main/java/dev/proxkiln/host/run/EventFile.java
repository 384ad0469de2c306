package dev.proxkiln.host.run;

import dev.proxkiln.core.event.EventTree;
import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.TreeText;
import dev.proxkiln.host.file.AppendLog;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The events of a run as JSON lines, each with its time in {@code at}, for those who watch from
 * other processes. Of progress only so much is written as people can follow. Not synced: what
 * counts is in the journal.
 */
final class EventFile implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final AppendLog log;
  private final TreeText text;
  private final InstantSource clock;
  private Instant progressed = Instant.EPOCH;
  private RunEvent.@Nullable StepProgressed held;
  private boolean closed;

  EventFile(Path file, TreeText text, InstantSource clock) {
    this.log = AppendLog.open(file, 0640);
    this.text = text;
    this.clock = clock;
  }

  /** Adds an event; a disk that is full or a file that is closed does not disturb the run. */
  synchronized void add(RunEvent event) {
    Instant now = clock.instant();
    if (event instanceof RunEvent.StepProgressed progress) {
      if (Duration.between(progressed, now).compareTo(PAUSE) < 0) {
        held = progress;
        return;
      }
      progressed = now;
      held = null;
    } else {
      RunEvent.StepProgressed last = held;
      held = null;
      if (last != null && !(event instanceof RunEvent.StepFinished)) {
        write(last, now);
      }
    }
    write(event, now);
  }

  private void write(RunEvent event, Instant now) {
    if (closed) {
      return;
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("at", now.truncatedTo(ChronoUnit.MILLIS).toString());
    tree.putAll(EventTree.of(event));
    try {
      log.note(text.line(tree));
    } catch (ProblemException e) {
      // Watchers miss an event; the journal, which must not miss one, says so itself.
      closed = true;
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    log.close();
  }
}
