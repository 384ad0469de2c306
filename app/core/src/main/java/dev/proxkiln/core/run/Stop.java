package dev.proxkiln.core.run;

import org.jspecify.annotations.Nullable;

/** Asks a run to stop, from another thread: between two steps, or inside a wait. */
public final class Stop {
  private volatile boolean asked;
  private volatile @Nullable Thread worker;

  /** Asks; the worker is interrupted so that waits end at once. */
  public void ask() {
    asked = true;
    Thread thread = worker;
    if (thread != null) {
      thread.interrupt();
    }
  }

  public boolean asked() {
    return asked;
  }

  void work(@Nullable Thread thread) {
    worker = thread;
  }
}
