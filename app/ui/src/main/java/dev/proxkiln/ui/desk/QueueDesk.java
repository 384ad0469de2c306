package dev.proxkiln.ui.desk;

import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.problem.Problem;
import java.util.List;
import java.util.Optional;

/**
 * What waits to be run, as its pages see it. Everything waits; it throws {@link
 * dev.proxkiln.core.problem.ProblemException}.
 */
public interface QueueDesk {

  /** What is in the queue. */
  Query.Rows rows();

  /** What running the queue would do, as everything is now. */
  List<Due> due();

  /** Begins to run it, in a process of its own. */
  void run();

  /** Lets an entry that failed wait again. */
  void retry(String entry);

  /** Takes an entry out. */
  void remove(String entry);

  /**
   * An entry that would be run.
   *
   * @param label for people
   * @param plan what it would do; empty where that cannot be told
   * @param problems what is in its way
   */
  record Due(String label, Optional<Plan> plan, List<Problem> problems) {
    public Due {
      problems = List.copyOf(problems);
    }
  }
}
