package dev.proxkiln.cli;

import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.run.Outcome;
import java.util.LinkedHashMap;
import java.util.Map;

/** Events and outcomes of runs as plain trees: the published shape of {@code -o json}. */
final class RunTrees {
  private RunTrees() {}

  static Map<String, Object> of(RunEvent event) {
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
      case RunEvent.Finished e -> {
        head(tree, "finished", e.run());
        tree.put("state", e.state());
        tree.put("milliseconds", e.took().toMillis());
      }
    }
    return tree;
  }

  static Map<String, Object> of(Outcome outcome, int exitCode) {
    Map<String, Object> tree = new LinkedHashMap<>();
    head(tree, "result", outcome.run());
    tree.put("state", outcome.state().name());
    tree.put("exit", exitCode);
    tree.put("stopped", outcome.stopped());
    tree.put("warnings", outcome.warnings());
    tree.put("problems", outcome.problems().stream().map(Problem::tree).toList());
    tree.put("left", outcome.left());
    tree.put("announced", outcome.announced());
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
}
