package dev.proxkiln.core.view;

import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.Problem;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * A step as it stands.
 *
 * @param number its place in the plan, 1 for the first
 * @param of how many steps the plan has
 * @param lane what it waits for beside other runs; empty when it does not wait
 * @param took how long it took, or has taken so far; zero where that is not known
 * @param amount what it has moved; empty where it does not say
 * @param warnings of its task
 * @param problem why it failed, or why it could not be taken back
 */
public record StepView(
    Step step,
    int number,
    int of,
    State state,
    String lane,
    Duration took,
    Optional<Amount> amount,
    int warnings,
    Optional<Problem> problem) {

  /** Where a step can stand. */
  public enum State {
    OPEN,
    /** It waits for room beside other runs. */
    QUEUED,
    RUNNING,
    /** It was begun, and nobody works on it now. */
    BEGUN,
    DONE,
    FAILED,
    /** The user stopped it, or stopped the run before it. */
    STOPPED,
    UNDONE,
    /** It could not be taken back. */
    LEFT;

    /** The word of it, lower case. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it is under way. */
    public boolean live() {
      return this == RUNNING || this == QUEUED;
    }
  }

  /**
   * Bytes that a step has moved.
   *
   * @param total -1 when not known
   * @param rate bytes a second since it began to move any; 0 when not known yet
   */
  public record Amount(long done, long total, long rate) {

    /** The share that is done, 0 to 1; empty where the whole is not known. */
    public Optional<Double> share() {
      return total > 0 ? Optional.of(Math.clamp((double) done / total, 0, 1)) : Optional.empty();
    }

    /** Time to the end at this rate; empty where that cannot be told. */
    public Optional<Duration> left() {
      return rate >= 1 && total > done
          ? Optional.of(Duration.ofSeconds(Math.round((double) (total - done) / rate)))
          : Optional.empty();
    }
  }
}
