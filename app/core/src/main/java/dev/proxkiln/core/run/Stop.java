package dev.proxkiln.core.run;

import dev.proxkiln.core.event.Request;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Asks runs to stop or to pause, from another thread: between two steps, or inside a wait. Several
 * runs may share one, or each have a part of it: what is asked of the whole counts for every part.
 */
public final class Stop {
  private final Set<Thread> workers = ConcurrentHashMap.newKeySet();
  private final @Nullable Stop whole;

  /** What paused runs wait on; one for the whole and its parts. */
  private final Object gate;

  private volatile boolean asked;
  private volatile boolean afterStep;
  private volatile boolean paused;
  private volatile boolean keeps;

  /** A stop that nothing has been asked of. */
  public Stop() {
    this.whole = null;
    this.gate = new Object();
  }

  private Stop(Stop whole) {
    this.whole = whole;
    this.gate = whole.gate;
  }

  /** A part, for one run of several. */
  public Stop part() {
    return new Stop(this);
  }

  /** Asks; every worker is interrupted so that waits end at once. */
  public void ask() {
    asked = true;
    workers.forEach(Thread::interrupt);
    wake();
  }

  /** Does what somebody asked of the run; to stop this way keeps what the run made. */
  public void heed(Request request) {
    switch (request) {
      case PAUSE -> paused = true;
      case GO -> paused = false;
      case STOP -> {
        keeps = true;
        afterStep = true;
      }
      case STOP_NOW -> {
        keeps = true;
        ask();
      }
    }
    wake();
  }

  private void wake() {
    synchronized (gate) {
      gate.notifyAll();
    }
  }

  /** Whether it is to stop at once. */
  public boolean asked() {
    return asked || (whole != null && whole.asked());
  }

  /** Whether it is to stop before the next step, or at once. */
  public boolean wanted() {
    return asked || afterStep || (whole != null && whole.wanted());
  }

  /** Whether what is there is to be kept, whatever was said about failures before. */
  public boolean keeps() {
    return keeps || (whole != null && whole.keeps());
  }

  private boolean paused() {
    return paused || (whole != null && whole.paused());
  }

  /**
   * Waits while it is paused.
   *
   * @param waits called once, when it is
   */
  void hold(Runnable waits) throws InterruptedException {
    if (!paused() || wanted()) {
      return;
    }
    waits.run();
    synchronized (gate) {
      while (paused() && !wanted()) {
        gate.wait();
      }
    }
  }

  /** The calling thread works, and wants to be interrupted from now on. */
  void begin() {
    workers.add(Thread.currentThread());
    if (whole != null) {
      whole.workers.add(Thread.currentThread());
    }
    if (asked()) {
      Thread.currentThread().interrupt();
    }
  }

  /** The calling thread has stopped working; an interrupt that came for its work is forgotten. */
  void end() {
    workers.remove(Thread.currentThread());
    if (whole != null) {
      whole.workers.remove(Thread.currentThread());
    }
    Thread.interrupted();
  }
}
