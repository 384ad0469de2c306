package dev.proxkiln.core.event;

import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What happens in a run, in the past tense. */
public sealed interface RunEvent {

  /** The run's ID. */
  String run();

  record Started(String run, Plan plan, boolean resumed) implements RunEvent {}

  record StepStarted(String run, Step step, int number, int of) implements RunEvent {}

  /** The step waits for room beside other runs; the lane says where. */
  record StepQueued(String run, Step step, String lane) implements RunEvent {}

  /** Bytes of bytes; total is -1 when unknown. */
  record StepProgressed(String run, Step step, long done, long total) implements RunEvent {}

  /** A line that the step's work printed. */
  record StepPrinted(String run, Step step, String line) implements RunEvent {}

  record StepFinished(
      String run, Step step, Duration took, int warnings, Map<String, String> outputs)
      implements RunEvent {}

  record StepFailed(String run, Step step, Problem problem) implements RunEvent {}

  record StepUndone(String run, Step step) implements RunEvent {}

  /** Undo could not take a step back. */
  record StepLeft(String run, Step step, Problem problem) implements RunEvent {}

  /** A fact that a Record step announced. */
  record Announced(String run, String name, Map<String, String> facts) implements RunEvent {}

  /** Somebody asked something of the run; it heeds that before the next step at the latest. */
  record Asked(String run, Request request) implements RunEvent {}

  /** The run waits before a step until it is asked to go on. */
  record Paused(String run, Step step) implements RunEvent {}

  /**
   * The run ended, or could not even begin.
   *
   * @param state name of a {@code RunState.State}
   * @param problems why it did not go through; empty when it did
   * @param left what undo could not take back, as commands that an administrator can type
   */
  record Finished(
      String run, String state, Duration took, List<Problem> problems, List<String> left)
      implements RunEvent {
    public Finished {
      problems = List.copyOf(problems);
      left = List.copyOf(left);
    }

    /** An end without problems. */
    public Finished(String run, String state, Duration took) {
      this(run, state, took, List.of(), List.of());
    }
  }
}
