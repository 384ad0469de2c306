package dev.proxkiln.core.run;

import dev.proxkiln.core.tree.Tree;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a run stands, read from its journal alone.
 *
 * <p>Entries have a {@code t}: {@code run} (id, date), {@code started}, {@code task}, {@code done},
 * {@code failed}, {@code again} (back to an earlier step), {@code undone}, {@code left}, {@code
 * finished}.
 */
public final class RunState {

  /** Where a run can stand. */
  public enum State {
    /** Steps are open and no end is written: it runs, or it was killed. */
    OPEN,
    /** A step failed and what was made is still there. */
    FAILED,
    /** Every step is done. */
    DONE,
    /** Everything was taken back. */
    UNDONE,
    /** Taken back except for what is listed. */
    LEFT
  }

  private final Map<String, Map<String, String>> done = new LinkedHashMap<>();
  private final Set<String> begun = new LinkedHashSet<>();
  private final Map<String, String> tasks = new LinkedHashMap<>();
  private State state = State.OPEN;
  private Optional<Map<String, String>> failure = Optional.empty();
  private String date = "";
  private int warnings;

  private RunState() {}

  /** Reads a journal. */
  public static RunState replay(List<Map<String, Object>> entries) {
    RunState now = new RunState();
    entries.forEach(now::read);
    return now;
  }

  private void read(Map<String, Object> entry) {
    String step = Tree.text(entry, "step");
    switch (Tree.text(entry, "t")) {
      case "run" -> date = Tree.text(entry, "date");
      case "started" -> {
        state = State.OPEN;
        begun.add(step);
        tasks.remove(step);
      }
      case "task" -> tasks.put(step, Tree.text(entry, "upid"));
      case "done" -> {
        Map<String, String> outputs = new LinkedHashMap<>();
        Tree.map(entry, "outputs").forEach((k, v) -> outputs.put(k, Tree.text(v)));
        done.put(step, outputs);
        begun.remove(step);
        warnings += Tree.number(entry, "warnings").orElse(0L).intValue();
      }
      case "failed" -> {
        state = State.FAILED;
        List<String> whats =
            Tree.list(entry, "problems").stream().map(p -> Tree.text(p, "what")).toList();
        failure =
            Optional.of(
                Map.of(
                    "step",
                    step,
                    "what",
                    whats.isEmpty() ? Tree.text(entry, "problem.what") : String.join(" ", whats)));
      }
      case "again", "undone" -> forget(step);
      case "finished" -> state = State.valueOf(Tree.text(entry, "state"));
      default -> {
        // Written by a newer version: what this one does not know does not change what it does.
      }
    }
  }

  private void forget(String step) {
    done.remove(step);
    begun.remove(step);
    tasks.remove(step);
  }

  public State state() {
    return state;
  }

  /** The date of the run's start, ISO 8601 in UTC, empty before it started. */
  public String date() {
    return date;
  }

  /** Outputs of a finished step; empty when it is not finished. */
  public Optional<Map<String, String>> outputs(String step) {
    return Optional.ofNullable(done.get(step));
  }

  /** Whether a step was started and its end is not known. */
  public boolean inDoubt(String step) {
    return begun.contains(step);
  }

  /** The task that a step in doubt started, where the journal got to know it. */
  public Optional<String> task(String step) {
    return Optional.ofNullable(tasks.get(step));
  }

  /** The last failure: {@code step} and {@code what}. */
  public Optional<Map<String, String>> failure() {
    return failure;
  }

  /** Warnings of all tasks so far. */
  public int warnings() {
    return warnings;
  }
}
