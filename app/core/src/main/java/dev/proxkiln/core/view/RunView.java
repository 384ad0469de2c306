package dev.proxkiln.core.view;

import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run as it stands at one moment.
 *
 * @param id the run's ID
 * @param resumed whether it went on where an earlier process had stopped
 * @param steps of the plan, in its order
 * @param began when the process that works or worked on it last began; empty before
 * @param elapsed how long that process has worked, or did
 * @param left a guess at the time to the end; empty where there is no ground for one
 * @param share how much of the work is done, 0 to 1, by the weights of the steps
 * @param tail the last lines that steps printed, the newest last
 * @param problems why it did not go through; empty when it did or still runs
 * @param commands what undo could not take back or has not yet, as commands
 * @param made what exists now because of this run, for people
 * @param announced facts of the Record steps, by name
 */
public record RunView(
    String id,
    Plan plan,
    Phase phase,
    boolean resumed,
    List<StepView> steps,
    Optional<Instant> began,
    Duration elapsed,
    Optional<Duration> left,
    double share,
    List<String> tail,
    List<Problem> problems,
    List<String> commands,
    List<String> made,
    int warnings,
    Map<String, Map<String, String>> announced) {

  public RunView {
    steps = List.copyOf(steps);
    tail = List.copyOf(tail);
    problems = List.copyOf(problems);
    commands = List.copyOf(commands);
    made = List.copyOf(made);
    announced = Map.copyOf(announced);
  }

  /** The step that is under way, or where the run stopped; empty before, between and after. */
  public Optional<StepView> current() {
    return steps.stream()
        .filter(step -> step.state().live())
        .findFirst()
        .or(
            () ->
                steps.stream()
                    .filter(
                        step ->
                            switch (step.state()) {
                              case FAILED, STOPPED, BEGUN -> true;
                              case OPEN, QUEUED, RUNNING, DONE, UNDONE, LEFT -> false;
                            })
                    .findFirst());
  }

  /** How many steps are done. */
  public long done() {
    return steps.stream().filter(step -> step.state() == StepView.State.DONE).count();
  }
}
