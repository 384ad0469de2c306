package dev.proxkiln.core.run;

import dev.proxkiln.core.event.Events;
import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * How many downloads make sense at once: one more as long as one more makes the whole faster. Where
 * the line is full with one, the second would only delay the first, and with it the import that
 * waits for it; where a server gives each connection a share, several get more.
 */
public final class Pace {
  /** How long bytes are counted before the next download is tried. */
  static final Duration WINDOW = Duration.ofMillis(1500);

  /** After this time it is tried again: lines change. */
  static final Duration AGAIN = Duration.ofSeconds(60);

  /** One more download has to bring this much more. */
  private static final double WORTH = 1.2;

  private final InstantSource clock;
  private final int most;
  private final Map<String, Long> seen = new HashMap<>();
  private final Set<String> complete = new HashSet<>();
  private int width = 1;
  private boolean settled;

  /** Whether no download has begun since the width changed. */
  private boolean fresh = true;

  private double rate;
  private long bytes;
  private long bytesThen;
  private Instant since;

  /**
   * A pace that begins with one.
   *
   * @param most the upper limit, at least 1; memory sets it, so it counts for all of them
   */
  public Pace(InstantSource clock, int most) {
    this.clock = clock;
    this.most = Math.max(1, most);
    this.since = clock.instant();
  }

  /**
   * Counts the bytes of every download that these events tell of.
   *
   * @param wider called when one leaves the line to the next
   */
  public void watch(Events events, Runnable wider) {
    events.on(
        RunEvent.StepProgressed.class,
        event -> {
          if (event.step() instanceof Step.Download) {
            progressed(nameOf(event), event.done(), event.total());
            if (event.done() == event.total()) {
              wider.run();
            }
          }
        });
    events.on(RunEvent.StepFinished.class, event -> ended(event.run() + " " + event.step().id()));
    events.on(RunEvent.StepFailed.class, event -> ended(event.run() + " " + event.step().id()));
  }

  private static String nameOf(RunEvent.StepProgressed event) {
    return event.run() + " " + event.step().id();
  }

  /** A download is over, however it ended. */
  synchronized void ended(String download) {
    complete.remove(download);
  }

  /**
   * Bytes came.
   *
   * @param download which
   * @param done its bytes so far
   * @param total all its bytes, -1 when not known
   */
  synchronized void progressed(String download, long done, long total) {
    if (done == total) {
      complete.add(download);
    }
    Long before = seen.put(download, done);
    if (before == null && fresh) {
      // The time until the first byte says nothing about the line.
      begin(clock.instant());
      fresh = false;
    } else if (before != null && done > before) {
      bytes += done - before;
    }
  }

  /**
   * How many may run now. To be asked while one more wants to. One whose bytes are all here, and
   * that is being checked, leaves the line to the next.
   */
  public synchronized int width() {
    return Math.min(most, now() + complete.size());
  }

  private int now() {
    Instant now = clock.instant();
    Duration past = Duration.between(since, now);
    if (settled) {
      if (width < most && past.compareTo(AGAIN) >= 0) {
        // Counted at this width once more, before one more is tried.
        settled = false;
        rate = 0;
        begin(now);
      }
      return width;
    }
    if (past.compareTo(WINDOW) >= 0) {
      double reached = (bytes - bytesThen) * 1e3 / past.toMillis();
      if (reached <= 0) {
        // Nothing came yet: no ground to judge on.
        begin(now);
      } else if (width > 1 && reached < rate * WORTH) {
        width--;
        settled = true;
        begin(now);
      } else {
        rate = reached;
        settled = width == most;
        width = Math.min(most, width + 1);
        begin(now);
        fresh = true;
      }
    }
    return width;
  }

  private void begin(Instant now) {
    since = now;
    bytesThen = bytes;
  }
}
