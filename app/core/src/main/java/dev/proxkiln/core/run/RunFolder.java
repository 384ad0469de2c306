package dev.proxkiln.core.run;

import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.plan.Plan;

/** A run's place on disk: its plan, its journal and its output; locked while open. */
public interface RunFolder extends AutoCloseable {

  /** Short ID, lower-case letters and digits, unique on this machine and fit for a PVE tag. */
  String id();

  /** The plan as it was started. */
  Plan plan();

  Journal journal();

  /** Adds a line to the run's output log; secrets never get here. */
  void output(String line);

  /** Notes an event for those who watch the run from elsewhere; a lost one changes nothing. */
  default void note(RunEvent event) {}

  /** Lets go of the lock. */
  @Override
  void close();
}
