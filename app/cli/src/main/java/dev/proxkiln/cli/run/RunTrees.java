package dev.proxkiln.cli.run;

import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.run.Outcome;
import java.util.LinkedHashMap;
import java.util.Map;

/** Outcomes of runs as plain trees: the published shape of {@code -o json}. */
final class RunTrees {
  private RunTrees() {}

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
}
