package dev.proxkiln.core.event;

import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.tree.Tree;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Run events as plain trees: the published shape of {@code -o json}, and that of event files. */
public final class EventTree {
  private EventTree() {}

  /** An event as a tree; {@code event} says which. */
  public static Map<String, Object> of(RunEvent event) {
    Map<String, Object> tree = new LinkedHashMap<>();
    switch (event) {
      case RunEvent.Started e -> {
        head(tree, "started", e.run());
        tree.put("plan", e.plan().id());
        tree.put("command", e.plan().command());
        tree.put("title", e.plan().title());
        tree.put("target", e.plan().target());
        tree.put("node", e.plan().node());
        tree.put("steps", e.plan().steps().size());
        tree.put("resumed", e.resumed());
      }
      case RunEvent.StepStarted e -> {
        step(tree, "step-started", e.run(), e.step());
        tree.put("label", e.step().label());
        tree.put("number", e.number());
        tree.put("of", e.of());
      }
      case RunEvent.StepQueued e -> {
        step(tree, "step-queued", e.run(), e.step());
        tree.put("lane", e.lane());
      }
      case RunEvent.StepProgressed e -> {
        step(tree, "step-progressed", e.run(), e.step());
        tree.put("done", e.done());
        tree.put("total", e.total());
      }
      case RunEvent.StepPrinted e -> {
        step(tree, "step-printed", e.run(), e.step());
        tree.put("line", e.line());
      }
      case RunEvent.StepFinished e -> {
        step(tree, "step-finished", e.run(), e.step());
        tree.put("milliseconds", e.took().toMillis());
        tree.put("warnings", e.warnings());
        tree.put("outputs", e.outputs());
      }
      case RunEvent.StepFailed e -> {
        step(tree, "step-failed", e.run(), e.step());
        tree.put("problem", e.problem().tree());
      }
      case RunEvent.StepUndone e -> step(tree, "step-undone", e.run(), e.step());
      case RunEvent.StepLeft e -> {
        step(tree, "step-left", e.run(), e.step());
        tree.put("problem", e.problem().tree());
      }
      case RunEvent.Announced e -> {
        head(tree, "announced", e.run());
        tree.put("name", e.name());
        tree.put("facts", e.facts());
      }
      case RunEvent.Asked e -> {
        head(tree, "asked", e.run());
        tree.put("request", e.request().word());
      }
      case RunEvent.Paused e -> step(tree, "paused", e.run(), e.step());
      case RunEvent.Finished e -> {
        head(tree, "finished", e.run());
        tree.put("state", e.state());
        tree.put("milliseconds", e.took().toMillis());
        if (!e.problems().isEmpty()) {
          tree.put("problems", e.problems().stream().map(Problem::tree).toList());
        }
        if (!e.left().isEmpty()) {
          tree.put("left", e.left());
        }
      }
    }
    return tree;
  }

  private static void head(Map<String, Object> tree, String kind, String run) {
    tree.put("event", kind);
    tree.put("run", run);
  }

  private static void step(Map<String, Object> tree, String kind, String run, Step step) {
    head(tree, kind, run);
    tree.put("step", step.id());
  }

  /**
   * Reads an event back.
   *
   * @param plan the plan of its run
   * @return empty for what this version does not know, or what is no event of this plan
   */
  public static Optional<RunEvent> read(@Nullable Object tree, Plan plan) {
    String run = Tree.text(tree, "run");
    return switch (Tree.text(tree, "event")) {
      case "started" -> Optional.of(new RunEvent.Started(run, plan, Tree.flag(tree, "resumed")));
      case "announced" ->
          Optional.of(new RunEvent.Announced(run, Tree.text(tree, "name"), texts(tree, "facts")));
      case "asked" ->
          Request.of(Tree.text(tree, "request")).map(asked -> new RunEvent.Asked(run, asked));
      case "finished" ->
          Optional.of(
              new RunEvent.Finished(
                  run,
                  Tree.text(tree, "state"),
                  took(tree),
                  Tree.list(tree, "problems").stream().map(Problem::of).toList(),
                  Tree.list(tree, "left").stream().map(Tree::text).toList()));
      default -> find(plan, Tree.text(tree, "step")).flatMap(step -> read(tree, run, plan, step));
    };
  }

  private static Optional<RunEvent> read(@Nullable Object tree, String run, Plan plan, Step step) {
    return switch (Tree.text(tree, "event")) {
      case "step-started" ->
          Optional.of(
              new RunEvent.StepStarted(
                  run, step, (int) number(tree, "number", 0), plan.steps().size()));
      case "step-queued" ->
          Optional.of(new RunEvent.StepQueued(run, step, Tree.text(tree, "lane")));
      case "step-progressed" ->
          Optional.of(
              new RunEvent.StepProgressed(
                  run, step, number(tree, "done", 0), number(tree, "total", -1)));
      case "step-printed" ->
          Optional.of(new RunEvent.StepPrinted(run, step, Tree.text(tree, "line")));
      case "step-finished" ->
          Optional.of(
              new RunEvent.StepFinished(
                  run,
                  step,
                  took(tree),
                  (int) number(tree, "warnings", 0),
                  texts(tree, "outputs")));
      case "step-failed" -> Optional.of(new RunEvent.StepFailed(run, step, problem(tree)));
      case "step-undone" -> Optional.of(new RunEvent.StepUndone(run, step));
      case "step-left" -> Optional.of(new RunEvent.StepLeft(run, step, problem(tree)));
      case "paused" -> Optional.of(new RunEvent.Paused(run, step));
      default -> Optional.empty();
    };
  }

  private static Optional<Step> find(Plan plan, String id) {
    return Stream.concat(plan.steps().stream(), plan.aftermath().stream())
        .filter(step -> step.id().equals(id))
        .findFirst();
  }

  private static Problem problem(@Nullable Object tree) {
    return Problem.of(Tree.at(tree, "problem").orElse(Map.of()));
  }

  private static long number(@Nullable Object tree, String path, long otherwise) {
    return Tree.number(tree, path).orElse(otherwise);
  }

  private static Duration took(@Nullable Object tree) {
    return Duration.ofMillis(number(tree, "milliseconds", 0));
  }

  private static Map<String, String> texts(@Nullable Object tree, String path) {
    Map<String, String> texts = new LinkedHashMap<>();
    Tree.map(tree, path).forEach((key, value) -> texts.put(key, Tree.text(value)));
    return texts;
  }
}
