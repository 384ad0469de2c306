package dev.proxkiln.core.run;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks runs to stop, from another thread: between two steps, or inside a wait. Several runs may
 * share one.
 */
public final class Stop {
  private final Set<Thread> workers = ConcurrentHashMap.newKeySet();
  private volatile boolean asked;

  /** Asks; every worker is interrupted so that waits end at once. */
  public void ask() {
    asked = true;
    workers.forEach(Thread::interrupt);
  }

  public boolean asked() {
    return asked;
  }

  /** The calling thread works, and wants to be interrupted from now on. */
  void begin() {
    workers.add(Thread.currentThread());
    if (asked) {
      Thread.currentThread().interrupt();
    }
  }

  /** The calling thread has stopped working; an interrupt that came for its work is forgotten. */
  void end() {
    workers.remove(Thread.currentThread());
    Thread.interrupted();
  }
}
