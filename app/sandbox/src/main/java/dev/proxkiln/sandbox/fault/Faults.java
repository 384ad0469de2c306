package dev.proxkiln.sandbox.fault;

import dev.proxkiln.sandbox.refusal.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The troubles a sandbox is in. Thread-safe; empty at start and after {@link #clear}.
 *
 * <p>A planned failure or warning hits the next task of its type and is used up by it.
 */
public final class Faults {
  private final Map<String, Failure> failures = new TreeMap<>();
  private final Map<String, String> warnings = new TreeMap<>();
  private final Map<String, Duration> delays = new TreeMap<>();
  private final Map<String, Duration> stalls = new TreeMap<>();
  private final Set<String> offline = new TreeSet<>();
  private boolean quorate = true;

  /**
   * A failure to come.
   *
   * @param percent of a copy, 0 to 100, at which it strikes; work without a copy fails halfway
   * @param message the task's error
   */
  public record Failure(double percent, String message) {}

  /** Loses the cluster's quorum, or gets it back: without it every change is refused. */
  public synchronized void setQuorum(boolean present) {
    quorate = present;
  }

  /** Takes a node of the cluster away, or brings it back. */
  public synchronized void setOffline(String node, boolean away) {
    if (away) {
      offline.add(node);
    } else {
      offline.remove(node);
    }
  }

  /** Whether a node cannot be reached. */
  public synchronized boolean isOffline(String node) {
    return offline.contains(node);
  }

  /**
   * Makes the next task of a type fail.
   *
   * @param type such as qmcreate, qmclone, qmtemplate, resize
   */
  public synchronized void failNext(String type, double percent, String message) {
    failures.put(type, new Failure(percent, message));
  }

  /** Makes the next task of a type end with a warning. */
  public synchronized void warnNext(String type, String message) {
    warnings.put(type, message);
  }

  /** Makes every task of a type, or with {@code *} of any type, take at least this long. */
  public synchronized void delay(String type, Duration atLeast) {
    delays.put(type, atLeast);
  }

  /** Makes the next task of a type hang this long between two of its steps. */
  public synchronized void stallNext(String type, Duration time) {
    stalls.put(type, time);
  }

  /** Ends all trouble. */
  public synchronized void clear() {
    failures.clear();
    warnings.clear();
    delays.clear();
    stalls.clear();
    offline.clear();
    quorate = true;
  }

  /** Demands quorum, as every change of the configuration does. */
  public synchronized void checkQuorum() {
    if (!quorate) {
      throw Refusal.failed("cluster not ready - no quorum?");
    }
  }

  /** Whether the cluster has quorum. */
  public synchronized boolean quorate() {
    return quorate;
  }

  /** Strikes a copy of a task that has come far enough. */
  public void progress(String type, double percent) {
    strike(type, percent);
  }

  /** Strikes a task between two of its steps. */
  public void halfWay(String type) {
    Duration stall;
    synchronized (this) {
      stall = stalls.remove(type);
    }
    if (stall != null) {
      try {
        Thread.sleep(stall);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Refusal.failed("received interrupt");
      }
    }
    strike(type, 100);
  }

  private void strike(String type, double percent) {
    Failure failure;
    synchronized (this) {
      failure = failures.get(type);
      if (failure == null || percent < failure.percent) {
        return;
      }
      failures.remove(type);
    }
    throw Refusal.failed(failure.message);
  }

  /** How long a task of this type is to take at least. */
  public synchronized Duration delayOf(String type) {
    Duration own = delays.get(type);
    return own != null ? own : delays.getOrDefault("*", Duration.ZERO);
  }

  /** The warning for this task, once. */
  public synchronized Optional<String> takeWarning(String type) {
    return Optional.ofNullable(warnings.remove(type));
  }

  /** What is planned, for people. */
  public synchronized Map<String, Object> describe() {
    Map<String, Object> all = new TreeMap<>();
    all.put("quorum", quorate);
    all.put("offline", List.copyOf(offline));
    all.put("fail", new TreeMap<>(failures));
    all.put("warn", new TreeMap<>(warnings));
    Map<String, Long> millis = new TreeMap<>();
    delays.forEach((type, delay) -> millis.put(type, delay.toMillis()));
    all.put("delayMillis", millis);
    return all;
  }
}
