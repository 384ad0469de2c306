package dev.proxkiln.core.run;

import dev.proxkiln.core.event.Events;
import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.core.port.Ports;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.run.RunState.State;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs a plan with a journal, undoes and resumes.
 *
 * <p>STARTED is on disk before a step acts and DONE after. A step between the two is in doubt: its
 * task is awaited, then its probe decides; what is half made is taken back and the step done again.
 */
public final class Executor {

  /** More attempts than this at finding a free VM ID mean that something else is wrong. */
  private static final int MOST_RETRIES = 20;

  private final Ports ports;
  private final Events events;
  private final Checkpoint checkpoint;
  private final Turns turns;

  /**
   * An executor of runs that have the machine for themselves.
   *
   * @param checkpoint called around every step; {@link Checkpoint#NONE} outside tests
   */
  public Executor(Ports ports, Events events, Checkpoint checkpoint) {
    this(ports, events, checkpoint, Turns.FREE);
  }

  /**
   * An executor of runs beside others.
   *
   * @param checkpoint called around every step; {@link Checkpoint#NONE} outside tests
   * @param turns shared by all that run side by side
   */
  public Executor(Ports ports, Events events, Checkpoint checkpoint, Turns turns) {
    this.ports = ports;
    this.events = events;
    this.checkpoint = checkpoint;
    this.turns = turns;
  }

  /**
   * Runs the open steps of a run, from the start or after a crash or failure.
   *
   * @throws ProblemException {@code run-state} when the run is finished already
   */
  public Outcome execute(RunFolder run, Policy policy, Stop stop) {
    RunState before = RunState.replay(run.journal().entries());
    if (before.state() == State.DONE || before.state() == State.UNDONE) {
      throw CoreSlug.RUN_STATE
          .problem(
              "run " + run.id(),
              "Run '"
                  + run.id()
                  + "' is "
                  + (before.state() == State.DONE ? "done" : "undone")
                  + ".",
              "Nothing is left to do.",
              "Start it again with the same command for a new run.")
          .raise();
    }
    boolean resumed = !before.date().isEmpty();
    if (!resumed) {
      run.journal().append(entry("run", "id", run.id(), "date", today()));
    }
    return new Session(run, stop).execute(policy, resumed);
  }

  /**
   * Takes back what a run made, also after it finished.
   *
   * @throws ProblemException {@code run-state} when it is undone already
   */
  public Outcome undo(RunFolder run, Stop stop) {
    if (RunState.replay(run.journal().entries()).state() == State.UNDONE) {
      throw CoreSlug.RUN_STATE
          .problem(
              "run " + run.id(),
              "Run '" + run.id() + "' is undone already.",
              "",
              "See it with: proxkiln show " + run.id())
          .raise();
    }
    return new Session(run, stop).undo();
  }

  private String today() {
    return ports.time().now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static Map<String, Object> entry(String kind, String... namesAndValues) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("t", kind);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      entry.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return entry;
  }

  /** One go at one run. */
  private final class Session {
    private final RunFolder run;
    private final Plan plan;
    private final Stop stop;
    private final Instant began = ports.time().now();
    private final Map<String, Map<String, String>> announced = new LinkedHashMap<>();
    private RunState state;
    private StepWork work;

    Session(RunFolder run, Stop stop) {
      this.run = run;
      this.plan = run.plan();
      this.stop = stop;
      this.state = RunState.replay(run.journal().entries());
      this.work = workNow();
    }

    private StepWork workNow() {
      return new StepWork(ports, this::tell, run, state, stop);
    }

    /** Notes an event in the run's folder, then tells everybody who listens here. */
    private void tell(RunEvent event) {
      run.note(event);
      events.publish(event);
    }

    private void journal(Map<String, Object> entry) {
      run.journal().append(entry);
      state = RunState.replay(run.journal().entries());
      work = workNow();
    }

    Outcome execute(Policy policy, boolean resumed) {
      tell(new RunEvent.Started(run.id(), plan, resumed));
      stop.begin();
      List<Problem> failure;
      try {
        failure = steps();
      } finally {
        // An interrupt that came for the step must not hit the undo.
        stop.end();
      }
      if (failure.isEmpty()) {
        return finish(State.DONE, List.of(), List.of());
      }
      if (policy == Policy.KEEP || stop.keeps()) {
        List<String> left = leftNow();
        return left.isEmpty()
            ? finish(State.UNDONE, failure, left)
            : close(State.FAILED, failure, left);
      }
      return undoAll(failure);
    }

    /** Runs the open steps; why it stopped, or nothing. */
    private List<Problem> steps() {
      int retries = 0;
      int position = 0;
      while (position < plan.steps().size()) {
        Step step = plan.steps().get(position);
        if (state.outputs(step.id()).isPresent()) {
          position++;
          continue;
        }
        try {
          hold(step);
          try (Turns.Turn turn = turn(step)) {
            perform(step, position);
          }
          position++;
        } catch (ProblemException e) {
          if (step instanceof Step.Call call
              && call.retryFrom().isPresent()
              && e.first().slug().equals("vmid-taken")
              && retries++ < MOST_RETRIES) {
            String from = call.retryFrom().get();
            run.output("the VM ID is taken; looking for another");
            for (int i = plan.position(from); i <= position; i++) {
              journal(entry("again", "step", plan.steps().get(i).id()));
            }
            position = plan.position(from);
            continue;
          }
          List<Problem> problems =
              stop.asked()
                  ? List.of(stopped(step))
                  : e.problems().stream().map(p -> p.at("step " + step.id())).toList();
          Map<String, Object> failed = entry("failed", "step", step.id());
          failed.put("problem", problems.getFirst().tree());
          failed.put("problems", problems.stream().map(Problem::tree).toList());
          journal(failed);
          tell(new RunEvent.StepFailed(run.id(), step, problems.getFirst()));
          return problems;
        }
      }
      return List.of();
    }

    /** Waits while the run is paused; stops it where that is asked for. */
    private void hold(Step step) {
      try {
        stop.hold(() -> tell(new RunEvent.Paused(run.id(), step)));
      } catch (InterruptedException e) {
        throw stopped(step).raise();
      }
      if (stop.wanted()) {
        throw stopped(step).raise();
      }
    }

    /** Waits until the step may begin beside the steps of other runs. */
    private Turns.Turn turn(Step step) {
      try {
        return turns.take(step, lane -> tell(new RunEvent.StepQueued(run.id(), step, lane)));
      } catch (InterruptedException e) {
        throw stopped(step).raise();
      }
    }

    private Problem stopped(Step step) {
      return CoreSlug.STOPPED.problem(
          "step " + step.id(),
          "The run was stopped at step '" + step.id() + "'.",
          "You asked for it.",
          "Start the command again, or go on with: proxkiln resume " + run.id());
    }

    private void perform(Step step, int position) {
      Instant start = ports.time().now();
      tell(new RunEvent.StepStarted(run.id(), step, position + 1, plan.steps().size()));
      StepWork.Result result;
      if (state.inDoubt(step.id()) && work.settled(step)) {
        result = new StepWork.Result(work.outputsAgain(step), 0);
      } else {
        if (state.inDoubt(step.id())) {
          // Half made: take back what is provably ours, leave the rest, and do it again.
          step.undo().forEach(undo -> work.takingBack().takeBack(undo));
        }
        journal(entry("started", "step", step.id()));
        checkpoint.at(step.id(), Checkpoint.Moment.BEFORE);
        result = performed(step);
        checkpoint.at(step.id(), Checkpoint.Moment.AFTER);
      }
      Map<String, Object> done = entry("done", "step", step.id());
      done.put("outputs", result.outputs());
      done.put("warnings", result.warnings());
      journal(done);
      checkpoint.at(step.id(), Checkpoint.Moment.JOURNALED);
      if (step instanceof Step.Record record) {
        announced.put(record.name(), result.outputs());
        tell(new RunEvent.Announced(run.id(), record.name(), result.outputs()));
      }
      tell(
          new RunEvent.StepFinished(
              run.id(),
              step,
              Duration.between(start, ports.time().now()),
              result.warnings(),
              result.outputs()));
    }

    private StepWork.Result performed(Step step) {
      try {
        return work.perform(
            step, upid -> run.journal().append(entry("task", "step", step.id(), "upid", upid)));
      } catch (ProblemException e) {
        // The command of a killed attempt may have come through after all: then the VM ID is taken
        // by what this very step wanted to make.
        if (e.first().slug().equals("vmid-taken") && work.settled(step)) {
          return new StepWork.Result(work.outputsAgain(step), 0);
        }
        throw e;
      }
    }

    Outcome undo() {
      return undoAll(List.of());
    }

    private Outcome undoAll(List<Problem> causes) {
      List<String> left = new ArrayList<>();
      List<Problem> problems = new ArrayList<>(causes);
      for (Step step : plan.steps().reversed()) {
        boolean doubtful = state.inDoubt(step.id());
        if (step.undo().isEmpty() || (!doubtful && state.outputs(step.id()).isEmpty())) {
          continue;
        }
        if (doubtful) {
          work.quiesce(step);
        }
        boolean gone = true;
        for (Undo undo : step.undo()) {
          Optional<Problem> kept = work.takingBack().takeBack(undo);
          // In doubt and not ours means that the step never came to pass.
          if (kept.isPresent()
              && !(doubtful && kept.get().slug().equals(CoreSlug.NOT_OURS.text()))) {
            gone = false;
            left.add(work.takingBack().command(undo));
            problems.add(kept.get());
            tell(new RunEvent.StepLeft(run.id(), step, kept.get()));
          }
        }
        if (gone) {
          journal(entry("undone", "step", step.id()));
          tell(new RunEvent.StepUndone(run.id(), step));
        }
      }
      if (state.failure().isPresent()) {
        aftermath();
      }
      return finish(left.isEmpty() ? State.UNDONE : State.LEFT, problems, left);
    }

    private void aftermath() {
      for (Step step : plan.aftermath()) {
        if (state.outputs(step.id()).isPresent()) {
          continue;
        }
        try {
          journal(entry("started", "step", step.id()));
          Map<String, Object> done = entry("done", "step", step.id());
          Map<String, String> outputs = work.perform(step, upid -> {}).outputs();
          done.put("outputs", outputs);
          journal(done);
          if (step instanceof Step.Record record) {
            announced.put(record.name(), outputs);
            tell(new RunEvent.Announced(run.id(), record.name(), outputs));
          }
        } catch (ProblemException | Resolution.UnresolvedOutput e) {
          // The run has failed already; a note that could not be written does not change that.
          run.output("aftermath " + step.id() + ": " + e.getMessage());
        }
      }
    }

    /** What undo would take back now, as commands; empty when nothing was made. */
    private List<String> leftNow() {
      return plan.steps().reversed().stream()
          .filter(step -> state.outputs(step.id()).isPresent() || state.inDoubt(step.id()))
          .flatMap(step -> step.undo().stream())
          .filter(work.takingBack()::isThere)
          .map(work.takingBack()::command)
          .toList();
    }

    private Outcome finish(State end, List<Problem> problems, List<String> left) {
      journal(entry("finished", "state", end.name()));
      return close(end, problems, left);
    }

    private Outcome close(State end, List<Problem> problems, List<String> left) {
      tell(
          new RunEvent.Finished(
              run.id(), end.name(), Duration.between(began, ports.time().now()), problems, left));
      boolean touched =
          run.journal().entries().stream()
              .anyMatch(
                  e ->
                      "started".equals(e.get("t"))
                          && plan.step(String.valueOf(e.get("step")))
                              .filter(Session::changesNode)
                              .isPresent());
      boolean stopped =
          !problems.isEmpty() && problems.getFirst().slug().equals(CoreSlug.STOPPED.text());
      return new Outcome(
          run.id(), end, problems, left, stopped, touched, state.warnings(), announced);
    }

    private static boolean changesNode(Step step) {
      return switch (step) {
        case Step.Require _, Step.Download _, Step.Await _, Step.Record _ -> false;
        case Step.Call call -> !call.call().verb().reads();
        case Step.Run _, Step.Write _, Step.Discard _ -> true;
      };
    }
  }
}
