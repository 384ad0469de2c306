package dev.proxkiln.core.run;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.Consoles;
import dev.proxkiln.core.port.Downloads;
import dev.proxkiln.core.port.Ports;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The work of single steps. Keeps no state of its own. */
final class StepWork {

  private static final int CONSOLE_LINES = 25;

  private final Ports ports;
  private final Consumer<RunEvent> tell;
  private final RunFolder run;
  private final RunState state;
  private final Stop stop;
  private final Resolution resolution;
  private final Looking looking;
  private final TakingBack takingBack;

  StepWork(Ports ports, Consumer<RunEvent> tell, RunFolder run, RunState state, Stop stop) {
    this.ports = ports;
    this.tell = tell;
    this.run = run;
    this.state = state;
    this.stop = stop;
    this.resolution = new Resolution(ports, run, state);
    this.looking = new Looking(ports, resolution);
    this.takingBack = new TakingBack(ports, run, resolution, looking);
  }

  /** What takes back the steps of this run. */
  TakingBack takingBack() {
    return takingBack;
  }

  /**
   * What a step gave.
   *
   * @param warnings number of warnings of its task
   */
  record Result(Map<String, String> outputs, int warnings) {}

  Result perform(Step step, Consumer<String> taskStarted) {
    return switch (step) {
      case Step.Require require -> require(require);
      case Step.Call call -> call(call, taskStarted);
      case Step.Run command -> new Result(command(command), 0);
      case Step.Download download -> new Result(download(download), 0);
      case Step.Write write -> {
        ports
            .files()
            .write(
                resolution.resolve(write.path()),
                resolution.resolve(write.content()),
                write.mode());
        yield new Result(Map.of(), 0);
      }
      case Step.Await await -> new Result(await(await), 0);
      case Step.Discard discard -> {
        for (Undo undo : discard.what()) {
          Optional<Problem> kept = takingBack.takeBack(undo);
          if (kept.isPresent()) {
            throw kept.get().raise();
          }
        }
        yield new Result(Map.of(), 0);
      }
      case Step.Record record -> new Result(facts(record), 0);
    };
  }

  // ---- performing ----

  /** A check that fails stops the run, or is a warning where it is soft. */
  private Result require(Step.Require require) {
    List<Problem> problems = new ArrayList<>();
    List<String> passed = new ArrayList<>();
    List<String> failed = new ArrayList<>();
    for (Check check : require.checks()) {
      Optional<Problem> problem = looking.problemOf(check);
      (problem.isPresent() ? failed : passed).add(check.name());
      problem.ifPresent(problems::add);
      problem.ifPresent(p -> run.output(check.name() + ": " + p.what() + " " + p.why()));
      if (require.soft()) {
        problem.ifPresent(p -> watch(require).line("WARN: " + p.what() + " " + p.next()));
      }
    }
    if (!problems.isEmpty() && !require.soft()) {
      throw new ProblemException(problems);
    }
    Map<String, String> outputs = new LinkedHashMap<>();
    outputs.put("verdict", failed.isEmpty() ? "passed" : "failed");
    outputs.put("passed", String.join(",", passed));
    outputs.put("failed", String.join(",", failed));
    return new Result(outputs, failed.size());
  }

  private Result call(Step.Call step, Consumer<String> taskStarted) {
    PvePort.Answer answer = ports.pve().send(resolution.resolve(step.call()), watch(step));
    int warnings = 0;
    if (answer.task().isPresent()) {
      taskStarted.accept(answer.task().get());
      warnings = ports.pve().await(answer.task().get(), watch(step)).warnings();
    }
    return new Result(Resolution.pick(step.outputs(), answer.value()), warnings);
  }

  private PvePort.TaskWatch watch(Step step) {
    return new PvePort.TaskWatch() {
      @Override
      public void line(String text) {
        run.output(text);
        tell.accept(new RunEvent.StepPrinted(run.id(), step, text));
      }

      @Override
      public void progress(long done, long total) {
        tell.accept(new RunEvent.StepProgressed(run.id(), step, done, total));
      }
    };
  }

  private Map<String, String> command(Step.Run step) {
    List<String> hidden =
        step.input().stream()
            .flatMap(text -> text.parts().stream())
            .flatMap(
                part ->
                    part instanceof Text.Secret(String name)
                        ? Optional.of(name).stream()
                        : Optional.<String>empty().stream())
            .map(name -> ports.secrets().secret(name))
            .toList();
    Commands.Command command =
        new Commands.Command(
            step.argv().stream().map(resolution::resolve).toList(),
            Map.of(),
            step.input().map(resolution::resolve),
            step.deadline(),
            hidden);
    Commands.Ended ended = ports.commands().run(command, line -> watch(step).line(line));
    Map<String, String> outputs = new LinkedHashMap<>();
    outputs.put("out", ended.out().strip());
    outputs.putAll(Resolution.pick(step.outputs(), ended.out()));
    if (!ended.ok()) {
      throw failed(step, command, ended, outputs).raise();
    }
    return outputs;
  }

  private Problem failed(
      Step.Run step, Commands.Command command, Commands.Ended ended, Map<String, String> outputs) {
    String last = ended.err().isBlank() ? ended.lastLine() : ended.err().strip();
    if (step.otherwise().isEmpty()) {
      return CoreSlug.COMMAND_FAILED.problem(
          "step " + step.id(),
          "'" + command.argv().getFirst() + "' ended with exit code " + ended.exit() + ".",
          last,
          "See its whole output with: proxkiln show " + run.id());
    }
    Problem problem = step.otherwise().get();
    String why = problem.why();
    if (why.isEmpty()) {
      return problem.because(last);
    }
    for (Map.Entry<String, String> output : outputs.entrySet()) {
      String name = "${" + output.getKey() + "}";
      if (why.contains(name)) {
        if (output.getValue().isEmpty()) {
          return problem.because(last);
        }
        why = why.replace(name, output.getValue());
      }
    }
    return problem.because(why);
  }

  private Map<String, String> download(Step.Download step) {
    return ports
        .downloads()
        .fetch(
            step.fetch(),
            new Downloads.Watch() {
              @Override
              public void progress(long done, long total) {
                tell.accept(new RunEvent.StepProgressed(run.id(), step, done, total));
              }

              @Override
              public void note(String text) {
                watch(step).line(text);
              }
            });
  }

  private Map<String, String> await(Step.Await step) {
    Instant deadline = ports.time().now().plus(step.deadline());
    Consoles.Console console =
        step.console()
            .map(
                vmid ->
                    ports
                        .consoles()
                        .follow(
                            resolution.nodeOf(step.get()),
                            Long.parseLong(resolution.resolve(vmid))))
            .orElseGet(() -> Consoles.NONE.follow("", 0));
    String last = "";
    try (console) {
      while (true) {
        try {
          Object answer = looking.ask(step.get());
          List<String> broken = looking.broken(answer, step.until());
          if (broken.isEmpty()) {
            return Resolution.pick(step.outputs(), answer);
          }
          last = "Not yet: " + String.join("; ", broken) + ".";
        } catch (ProblemException e) {
          last = e.first().what() + " " + e.first().why();
        }
        if (stop.asked()) {
          throw CoreSlug.STOPPED.problem("step " + step.id(), "Stopped.", "", "").raise();
        }
        if (ports.time().now().isAfter(deadline)) {
          throw late(step, last.strip(), console.tail(CONSOLE_LINES));
        }
        ports.time().sleep(step.pause());
      }
    } catch (InterruptedException e) {
      throw CoreSlug.STOPPED.problem("step " + step.id(), "Stopped.", "", "").raise();
    }
  }

  private ProblemException late(Step.Await step, String last, List<String> console) {
    console.forEach(line -> run.output("console: " + line));
    String tail =
        console.isEmpty()
            ? ""
            : "\nThe last lines of the serial console:\n  " + String.join("\n  ", console);
    return CoreSlug.DEADLINE_PASSED
        .problem(
            "step " + step.id(),
            "'" + step.label() + "' did not happen within " + step.deadline().toSeconds() + " s.",
            last + tail,
            "Give it more time with --" + step.setting() + ", or look at the guest's console.")
        .raise();
  }

  private Map<String, String> facts(Step.Record step) {
    Map<String, String> facts = new LinkedHashMap<>();
    step.facts().forEach((key, text) -> facts.put(key, resolution.resolve(text)));
    return facts;
  }

  // ---- looking ----

  /** Waits for the step's task, then asks its probe: whether its work is there. */
  boolean settled(Step step) {
    quiesce(step);
    return looking.holds(step.probe());
  }

  /** Waits until no task that this step may have started is active. */
  void quiesce(Step step) {
    if (step instanceof Step.Discard discard) {
      for (Undo undo : discard.what()) {
        if (undo instanceof Undo.Api api) {
          resolution
              .guestOf(api.call())
              .ifPresent(vmid -> ports.pve().settle(resolution.nodeOf(api.call()), vmid));
        }
      }
    }
    if (!(step instanceof Step.Call call)) {
      return;
    }
    Optional<String> task = state.task(step.id());
    if (task.isPresent()) {
      try {
        ports.pve().await(task.get(), PvePort.TaskWatch.NONE);
      } catch (ProblemException e) {
        run.output("the task of step " + step.id() + " had failed: " + e.first().what());
      }
      return;
    }
    resolution
        .guestOf(call.call())
        .ifPresent(vmid -> ports.pve().settle(resolution.nodeOf(call.call()), vmid));
  }

  /** Outputs of a step whose work was there already. */
  Map<String, String> outputsAgain(Step step) {
    return step instanceof Step.Call call
            && !call.outputs().isEmpty()
            && call.probe() instanceof Probe.Api probe
        ? Resolution.pick(call.outputs(), looking.ask(probe.get()))
        : Map.of();
  }
}
