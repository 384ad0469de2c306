package dev.proxkiln.core.module;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.problem.Problem;
import java.util.List;
import java.util.Optional;

/**
 * Something that has to look around before it knows what to do, and may need several plans for it.
 * Looking changes nothing; what is found is shown, and the plans are agreed to and run one by one.
 */
public interface Survey {

  /** The words that call it, for example {@code template refresh}. */
  String name();

  /** One sentence for help. */
  String summary();

  /** Its settings. */
  Schema schema(Facts facts);

  /**
   * Looks.
   *
   * @throws dev.proxkiln.core.problem.ProblemException when the settings are wrong, or when there
   *     is nothing that it could look at
   */
  Found look(Values values, Facts facts, Surroundings around);

  /**
   * What was found.
   *
   * @param rows a row for everything that was looked at, for people and programs; empty where the
   *     plans say it all
   * @param jobs what to do; independent of each other
   * @param problems what could not be looked at; the jobs go on without it
   */
  record Found(Optional<Query.Rows> rows, List<Job> jobs, List<Problem> problems) {
    public Found {
      jobs = List.copyOf(jobs);
      problems = List.copyOf(problems);
    }

    /** One plan and nothing to tell besides. */
    public static Found of(Plan plan) {
      return of(plan, Optional.empty());
    }

    /** One plan, and what is to be told before it is agreed to. */
    public static Found of(Plan plan, Optional<Query.Rows> rows) {
      return new Found(rows, List.of(new Job(plan.title(), List.of(plan))), List.of());
    }
  }

  /**
   * Plans that belong together: each starts only when the one before it went through.
   *
   * @param about for people, for example the name of a definition
   * @param keeps whether what a failed plan made stays, to be looked at and resumed
   */
  record Job(String about, List<Plan> plans, boolean keeps) {
    public Job {
      plans = List.copyOf(plans);
    }

    /** Plans that fail as the user says, or as is usual. */
    public Job(String about, List<Plan> plans) {
      this(about, plans, false);
    }
  }
}
