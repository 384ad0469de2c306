package dev.proxkiln.core.run;

/** Called around every step, so that tests can kill the run at each point. */
@FunctionalInterface
public interface Checkpoint {

  /** The points of a step. */
  enum Moment {
    /** STARTED is on disk, nothing was done. */
    BEFORE,
    /** The work is done, DONE is not on disk. */
    AFTER,
    /** DONE is on disk. */
    JOURNALED
  }

  void at(String step, Moment moment);

  /** Goes on. */
  Checkpoint NONE = (step, moment) -> {};
}
