package dev.proxkiln.core.run;

import dev.proxkiln.core.plan.Plan;
import java.util.List;
import java.util.Map;

/** All runs of this machine, as folders of plain files. */
public interface RunStore {

  /** A new, locked run of a plan. */
  RunFolder create(Plan plan);

  /**
   * An existing run, locked.
   *
   * @param id its ID or an unambiguous beginning of it
   * @throws dev.proxkiln.core.problem.ProblemException {@code run-state} when there is none, {@code
   *     run-locked} when another process works on it
   */
  RunFolder open(String id);

  /**
   * What is known of a run without locking it.
   *
   * @param entries its journal so far
   */
  record Glimpse(String id, Plan plan, List<Map<String, Object>> entries, boolean locked) {}

  /** A look at one run. */
  Glimpse look(String id);

  /** IDs, the newest first. */
  List<String> ids();
}
