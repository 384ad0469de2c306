package dev.proxkiln.core.plan;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.problem.Problem;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One step of a plan, as data. IDs are unique in a plan, lower case with dashes; {@code run} is
 * reserved: its outputs are {@code id}, {@code date} and {@code cache}, the folder for images on
 * the machine where proxkiln runs.
 */
public sealed interface Step {

  /** By name, so that the same plan prints the same whatever map it was made from. */
  private static Map<String, String> inOrder(Map<String, String> outputs) {
    return Collections.unmodifiableMap(new TreeMap<>(outputs));
  }

  /** Short name, unique in its plan. */
  String id();

  /** What it does, for people, in the imperative. */
  String label();

  /** How to see whether it is done, after a crash. */
  default Probe probe() {
    return Probe.never();
  }

  /** How to take it back, in the order to run; empty when there is nothing to take back. */
  default List<Undo> undo() {
    return List.of();
  }

  /** Expected share of the run's time; a plain call is 1. */
  default int weight() {
    return 1;
  }

  /**
   * Checks conditions and changes nothing.
   *
   * @param soft when true a failing check is a warning and does not stop the run: the step has the
   *     outputs {@code verdict} ({@code passed} or {@code failed}), {@code passed} and {@code
   *     failed} (check names, comma-separated)
   */
  record Require(String id, String label, List<Check> checks, boolean soft) implements Step {
    public Require {
      checks = List.copyOf(checks);
    }
  }

  /**
   * A PVE API call; a task that it starts is awaited.
   *
   * @param outputs output name to a selector of {@link dev.proxkiln.core.tree.Tree#pick}; an empty
   *     path is the answer itself
   * @param retryFrom when the node says that the VM ID is taken: the step to go back to, because
   *     the ID was only looked up there; empty when the user chose the ID
   */
  record Call(
      String id,
      String label,
      PveCall call,
      Map<String, String> outputs,
      Optional<String> retryFrom,
      Probe probe,
      List<Undo> undo,
      int weight)
      implements Step {
    public Call {
      outputs = inOrder(outputs);
      undo = List.copyOf(undo);
    }

    /** A call that nothing needs to be known of afterwards. */
    public static Call of(String id, String label, PveCall call, Probe probe, Undo... undo) {
      return new Call(id, label, call, Map.of(), Optional.empty(), probe, List.of(undo), 1);
    }

    /** A read call whose answer later steps use. */
    public static Call read(String id, String label, PveCall call, Map<String, String> outputs) {
      return new Call(id, label, call, outputs, Optional.empty(), Probe.never(), List.of(), 1);
    }

    /** The same step with another weight. */
    public Call weighing(int heavier) {
      return new Call(id, label, call, outputs, retryFrom, probe, undo, heavier);
    }

    /** The same step going back to an earlier one when the VM ID is taken. */
    public Call retryingFrom(String step) {
      return new Call(id, label, call, outputs, Optional.of(step), probe, undo, weight);
    }
  }

  /**
   * A command on the machine where proxkiln runs; argv only, no shell. Output {@code out} is its
   * standard output, stripped.
   *
   * @param input standard input; may hold a secret, which argv never may
   * @param outputs further outputs: name to a selector of {@link dev.proxkiln.core.tree.Tree#pick}
   *     on the standard output as one text, for example {@code " ~ (?m)^path=(.*)$"}
   * @param otherwise the problem when it ends with an error, in place of {@code command-failed};
   *     <code>${NAME}</code> in its reason stands for an output; where one of those is empty, or
   *     the whole reason is, the reason is the command's own last words
   */
  record Run(
      String id,
      String label,
      List<Text> argv,
      Optional<Text> input,
      Map<String, String> outputs,
      Duration deadline,
      Probe probe,
      List<Undo> undo,
      int weight,
      Optional<Problem> otherwise)
      implements Step {
    public Run {
      argv = List.copyOf(argv);
      outputs = inOrder(outputs);
      undo = List.copyOf(undo);
      if (argv.stream().anyMatch(Text::isSecret)) {
        throw new IllegalArgumentException("step " + id + ": a secret must not be an argument");
      }
    }

    /** A command that fails with {@code command-failed}. */
    public Run(
        String id,
        String label,
        List<Text> argv,
        Optional<Text> input,
        Map<String, String> outputs,
        Duration deadline,
        Probe probe,
        List<Undo> undo,
        int weight) {
      this(id, label, argv, input, outputs, deadline, probe, undo, weight, Optional.empty());
    }

    /** A command whose only output is {@code out}. */
    public Run(
        String id,
        String label,
        List<Text> argv,
        Optional<Text> input,
        Duration deadline,
        Probe probe,
        List<Undo> undo,
        int weight) {
      this(id, label, argv, input, Map.of(), deadline, probe, undo, weight);
    }

    /** The same command with a way to see whether it is done. */
    public Run probing(Probe done) {
      return new Run(id, label, argv, input, outputs, deadline, done, undo, weight, otherwise);
    }

    /** The same command failing with a problem of its own. */
    public Run failingWith(Problem problem) {
      return new Run(
          id, label, argv, input, outputs, deadline, probe, undo, weight, Optional.of(problem));
    }
  }

  /** Downloads, verifies and unpacks; outputs are {@link Fetch#OUTPUTS}. Safe to do again. */
  record Download(String id, String label, Fetch fetch, int weight) implements Step {
    @Override
    public List<Undo> undo() {
      return List.of(new Undo.DropPartial(fetch));
    }
  }

  /**
   * Writes a file on the node (a snippet), beside and renamed, with its final mode.
   *
   * @param path absolute, or {@code NODE:/PATH} for another node of the cluster
   * @param mode octal permission bits, for example 0640
   */
  record Write(String id, String label, Text path, Text content, int mode) implements Step {
    @Override
    public List<Undo> undo() {
      return List.of(new Undo.DeleteFile(path));
    }
  }

  /**
   * Reads again and again until the answer is as expected. A failing call counts as not yet.
   *
   * @param outputs taken from the answer that met the expectations
   * @param deadline after this the step fails with {@code deadline-passed}
   * @param pause between two reads
   * @param console VM ID of a guest whose serial console is followed meanwhile; its tail is part of
   *     the problem when the deadline passes
   * @param setting key of the setting that gives it more time
   */
  record Await(
      String id,
      String label,
      PveCall get,
      List<Expect> until,
      Map<String, String> outputs,
      Duration deadline,
      Duration pause,
      Optional<Text> console,
      int weight,
      String setting)
      implements Step {
    public Await {
      until = List.copyOf(until);
      outputs = inOrder(outputs);
    }

    /** With the usual setting, {@code deadline}. */
    public Await(
        String id,
        String label,
        PveCall get,
        List<Expect> until,
        Map<String, String> outputs,
        Duration deadline,
        Duration pause,
        Optional<Text> console,
        int weight) {
      this(id, label, get, until, outputs, deadline, pause, console, weight, USUAL);
    }

    static final String USUAL = "deadline";
  }

  /**
   * Removes for good what earlier steps made, with the guards of an undo: what is not there is done
   * already, and what does not carry the run's mark stays and fails the step with {@code not-ours}.
   * Safe to do again.
   *
   * @param what in the order to run
   */
  record Discard(String id, String label, List<Undo> what) implements Step {
    public Discard {
      what = List.copyOf(what);
    }
  }

  /**
   * Announces a fact to other modules and keeps it in the run.
   *
   * @param name past tense, for example {@code TemplateCreated}
   */
  record Record(String id, String label, String name, Map<String, Text> facts) implements Step {
    public Record {
      facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }
  }
}
