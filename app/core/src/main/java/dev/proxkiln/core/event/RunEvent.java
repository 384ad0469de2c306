package dev.proxkiln.core.event;

import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.Problem;
import java.time.Duration;
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

  record Finished(String run, String state, Duration took) implements RunEvent {}
}
