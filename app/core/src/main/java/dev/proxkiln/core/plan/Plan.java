package dev.proxkiln.core.plan;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What will be done, in order.
 *
 * @param command the words that made it, for example {@code template create}
 * @param title for people, for example {@code Create template debian-12}
 * @param target the target's address
 * @param node the node that the work is for
 * @param steps in the order of execution
 * @param aftermath steps that run when a step failed, after everything was taken back, for example
 *     to note the failure on an object that stays; they may use the outputs {@code failure.step}
 *     and {@code failure.what}, have no undo, and their own failure changes nothing
 */
public record Plan(
    String command,
    String title,
    String target,
    String node,
    List<Step> steps,
    List<Step> aftermath) {

  public Plan {
    steps = List.copyOf(steps);
    aftermath = List.copyOf(aftermath);
    Set<String> seen = new HashSet<>(Set.of("run", "failure"));
    for (Step step : Stream.concat(steps.stream(), aftermath.stream()).toList()) {
      if (!seen.add(step.id())) {
        throw new IllegalArgumentException("two steps are called '" + step.id() + "'");
      }
    }
  }

  /** A plan that needs no aftermath. */
  public Plan(String command, String title, String target, String node, List<Step> steps) {
    this(command, title, target, node, steps, List.of());
  }

  /** Hash of the whole plan: 12 hex digits; the same plan has the same ID everywhere. */
  public String id() {
    return PlanTree.digest(PlanTree.body(this));
  }

  /** The step with an ID. */
  public Optional<Step> step(String id) {
    return steps.stream().filter(s -> s.id().equals(id)).findFirst();
  }

  /** Position of a step, 0 for the first. */
  public int position(String stepId) {
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).id().equals(stepId)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no step '" + stepId + "'");
  }
}
