package dev.proxkiln.core.view;

import dev.proxkiln.core.event.Request;
import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.run.Outcome;
import dev.proxkiln.core.run.RunState;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.core.view.StepView.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows a run: takes its events as they come and tells how it stands. Safe for use by several
 * threads.
 */
public final class RunModel {
  /** How many lines of output are kept. */
  private static final int TAIL = 500;

  private final String id;
  private final Plan plan;
  private final Map<String, StepModel> steps = new LinkedHashMap<>();
  private final Deque<String> tail = new ArrayDeque<>();
  private final Map<String, Map<String, String>> announced = new LinkedHashMap<>();
  private Phase phase = Phase.WAITING;
  private boolean resumed;
  private boolean undid;
  private @Nullable Instant began;
  private Duration took = Duration.ZERO;
  private List<Problem> problems = List.of();
  private List<String> commands = List.of();
  private String date = "";

  /** A run of which nothing is known but its plan. */
  public RunModel(String id, Plan plan) {
    this.id = id;
    this.plan = plan;
    plan.steps().forEach(step -> steps.put(step.id(), new StepModel(step)));
  }

  /** Takes an event that happened at a time. */
  public synchronized void add(RunEvent event, Instant at) {
    switch (event) {
      case RunEvent.Started e -> begin(e.resumed(), at);
      case RunEvent.StepQueued e -> of(e.step()).ifPresent(step -> step.queued(e.lane()));
      case RunEvent.StepStarted e -> {
        if (phase == Phase.PAUSED) {
          phase = Phase.RUNNING;
        }
        of(e.step()).ifPresent(step -> step.started(at));
      }
      case RunEvent.StepProgressed e ->
          of(e.step()).ifPresent(step -> step.progressed(e.done(), e.total(), at));
      case RunEvent.StepPrinted e -> print(e.line());
      case RunEvent.StepFinished e ->
          of(e.step())
              .ifPresent(
                  step -> {
                    step.ended(State.DONE, e.took());
                    step.warnings = e.warnings();
                    step.outputs = e.outputs();
                  });
      case RunEvent.StepFailed e -> {
        of(e.step()).ifPresent(step -> fail(step, e.problem(), at));
        problems = List.of(e.problem());
        phase = Phase.UNDOING;
      }
      case RunEvent.StepUndone e -> {
        undo(at);
        undid = true;
        of(e.step()).ifPresent(step -> step.ended(State.UNDONE, step.took(at)));
      }
      case RunEvent.StepLeft e -> {
        undo(at);
        of(e.step())
            .ifPresent(
                step -> {
                  step.ended(State.LEFT, step.took(at));
                  step.problem = e.problem();
                });
      }
      case RunEvent.Announced e -> announced.put(e.name(), e.facts());
      case RunEvent.Asked e -> asked(e.request());
      case RunEvent.Paused _ -> phase = Phase.PAUSED;
      case RunEvent.Finished e -> {
        took = e.took();
        problems = e.problems();
        commands = e.left();
        phase = ended(e.state(), e.problems());
      }
    }
  }

  private void begin(boolean again, Instant at) {
    phase = Phase.RUNNING;
    resumed = again;
    began = at;
    problems = List.of();
    commands = List.of();
    undid = false;
    cutOff();
  }

  private void undo(Instant at) {
    if (!phase.live()) {
      began = at;
    }
    phase = Phase.UNDOING;
  }

  /** What was under way in a process that is gone is begun and no more. */
  private void cutOff() {
    for (StepModel step : steps.values()) {
      if (step.state.live()) {
        step.ended(step.state == State.RUNNING ? State.BEGUN : State.OPEN, Duration.ZERO);
      }
    }
  }

  private Optional<StepModel> of(Step step) {
    return Optional.ofNullable(steps.get(step.id()));
  }

  private void print(String line) {
    tail.addLast(line);
    while (tail.size() > TAIL) {
      tail.removeFirst();
    }
  }

  private static void fail(StepModel step, Problem problem, Instant at) {
    step.ended(isStop(problem) ? State.STOPPED : State.FAILED, step.took(at));
    step.problem = problem;
  }

  private static boolean isStop(Problem problem) {
    return problem.slug().equals(CoreSlug.STOPPED.text());
  }

  private void asked(Request request) {
    switch (request) {
      case PAUSE -> {
        if (phase == Phase.RUNNING) {
          phase = Phase.PAUSING;
        }
      }
      case GO -> {
        if (phase == Phase.PAUSING || phase == Phase.PAUSED) {
          phase = Phase.RUNNING;
        }
      }
      case STOP, STOP_NOW -> {
        if (phase.live()) {
          phase = Phase.STOPPING;
        }
      }
    }
  }

  private static Phase ended(String state, List<Problem> problems) {
    boolean stopped = !problems.isEmpty() && isStop(problems.getFirst());
    return switch (state) {
      case "DONE" -> Phase.DONE;
      case "UNDONE" -> Phase.UNDONE;
      case "LEFT" -> Phase.LEFT;
      case "OPEN" -> Phase.STOPPED;
      default -> stopped ? Phase.STOPPED : Phase.FAILED;
    };
  }

  /**
   * Sets right what the events did not tell, by the journal: it is written first, and events of a
   * crash or of an earlier version may be missing.
   *
   * @param live whether a process works on the run now
   */
  public synchronized void settle(List<Map<String, Object>> journal, boolean live) {
    RunState state = RunState.replay(journal);
    date = state.date();
    for (StepModel step : steps.values()) {
      Optional<Map<String, String>> outputs = state.outputs(step.step.id());
      if (outputs.isPresent()) {
        step.outputs = outputs.get();
        if (step.state != State.LEFT) {
          step.state = State.DONE;
        }
      } else if (state.inDoubt(step.step.id())) {
        if (!live && (step.state == State.OPEN || step.state.live())) {
          step.state = State.BEGUN;
        }
      } else if (step.state == State.DONE) {
        step.state = undid ? State.UNDONE : State.OPEN;
      }
    }
    if (live && !phase.live() && !journal.isEmpty()) {
      phase = Phase.RUNNING;
    }
    if (!live && (phase.live() || phase == Phase.WAITING)) {
      phase = journal.isEmpty() ? Phase.WAITING : settled(state);
      cutOff();
    }
    if (problems.isEmpty() && !live) {
      failure(journal, state);
    }
  }

  private static Phase settled(RunState state) {
    return state.state() == RunState.State.OPEN
        ? Phase.STOPPED
        : ended(state.state().name(), List.of());
  }

  private void failure(List<Map<String, Object>> journal, RunState state) {
    if (state.state() != RunState.State.FAILED) {
      return;
    }
    for (Map<String, Object> entry : journal) {
      if ("failed".equals(entry.get("t"))) {
        problems = Tree.list(entry, "problems").stream().map(Problem::of).toList();
        StepModel step = steps.get(Tree.text(entry, "step"));
        if (step != null && step.state != State.DONE && !problems.isEmpty()) {
          step.state = isStop(problems.getFirst()) ? State.STOPPED : State.FAILED;
          step.problem = problems.getFirst();
        }
      }
    }
    if (!problems.isEmpty() && isStop(problems.getFirst())) {
      phase = Phase.STOPPED;
    }
  }

  /** How the run stands. */
  public synchronized RunView view(Instant now) {
    List<StepView> views = new ArrayList<>();
    for (StepModel step : steps.values()) {
      views.add(step.view(views.size() + 1, steps.size(), now));
    }
    Pacing pacing = Pacing.of(views);
    Instant start = began;
    Duration elapsed = phase.live() && start != null ? Duration.between(start, now) : took;
    return new RunView(
        id,
        plan,
        phase,
        resumed,
        views,
        Optional.ofNullable(start),
        elapsed,
        phase == Phase.RUNNING || phase == Phase.PAUSING ? pacing.left() : Optional.empty(),
        pacing.share(),
        List.copyOf(tail),
        problems,
        commands,
        made(),
        steps.values().stream().mapToInt(step -> step.warnings).sum(),
        announced);
  }

  private List<String> made() {
    Map<String, Map<String, String>> outputs = new HashMap<>();
    outputs.put("run", Map.of("id", id, "date", date));
    List<Step> there = new ArrayList<>();
    List<Step> doubtful = new ArrayList<>();
    for (StepModel step : steps.values()) {
      outputs.put(step.step.id(), step.outputs);
      switch (step.state) {
        case DONE, LEFT -> there.add(step.step);
        case FAILED, STOPPED, BEGUN -> doubtful.add(step.step);
        case OPEN, QUEUED, RUNNING, UNDONE -> {}
      }
    }
    List<String> made = new ArrayList<>(Made.of(there, outputs));
    for (String thing : Made.of(doubtful, outputs)) {
      String name = thing.substring(thing.lastIndexOf(' ') + 1);
      // Where the process looked for what is left, that says it; else nobody knows.
      if (commands.stream().anyMatch(command -> command.contains(name))) {
        made.add(thing);
      } else if (problems.isEmpty()) {
        made.add(thing + " (perhaps)");
      }
    }
    return made;
  }

  /** How the run ended, as its process saw it; for a run that has ended. */
  public synchronized Outcome outcome() {
    boolean stopped = !problems.isEmpty() && isStop(problems.getFirst());
    RunState.State state =
        switch (phase) {
          case DONE -> RunState.State.DONE;
          case UNDONE -> RunState.State.UNDONE;
          case LEFT -> RunState.State.LEFT;
          case FAILED -> RunState.State.FAILED;
          case STOPPED -> began == null ? RunState.State.OPEN : RunState.State.FAILED;
          case WAITING, RUNNING, PAUSING, PAUSED, STOPPING, UNDOING -> RunState.State.OPEN;
        };
    return new Outcome(
        id,
        state,
        problems,
        commands,
        stopped,
        undid || !made().isEmpty(),
        steps.values().stream().mapToInt(step -> step.warnings).sum(),
        Map.copyOf(announced));
  }
}
