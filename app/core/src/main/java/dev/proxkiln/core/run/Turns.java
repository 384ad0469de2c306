package dev.proxkiln.core.run;

import dev.proxkiln.core.plan.Step;

/** Lets the steps of several runs begin when there is room for them. */
public interface Turns {

  /** The right to do a step; closed when the step is over, however it ended. */
  interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Waits for room.
   *
   * @param queued called once, with what is waited for, when there is no room yet
   * @throws InterruptedException when the run is stopped meanwhile
   */
  Turn take(Step step, Queued queued) throws InterruptedException;

  /** Told when a step has to wait. */
  @FunctionalInterface
  interface Queued {
    /**
     * The step waits.
     *
     * @param lane what for, for example {@code storage local-lvm}
     */
    void behind(String lane);
  }

  /** Room for everything: one run at a time. */
  Turns FREE = (step, queued) -> () -> {};
}
