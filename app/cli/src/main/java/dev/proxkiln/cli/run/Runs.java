package dev.proxkiln.cli.run;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.command.Switches;
import dev.proxkiln.cli.log.RunLog;
import dev.proxkiln.cli.node.Connection;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.event.EventTree;
import dev.proxkiln.core.event.Events;
import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.run.Executor;
import dev.proxkiln.core.run.Outcome;
import dev.proxkiln.core.run.Policy;
import dev.proxkiln.core.run.RunFolder;
import dev.proxkiln.core.run.RunState;
import dev.proxkiln.core.run.Stop;
import dev.proxkiln.ui.LineProgress;
import dev.proxkiln.ui.Look;
import dev.proxkiln.ui.Review;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Runs plans with progress, and reports how they ended. */
public final class Runs {
  private final Outside outside;
  private final Wiring wiring;
  private final Invocation invocation;
  private final Look look;
  private final boolean json;
  private final Events events = new Events();
  private boolean watched;

  public Runs(Outside outside, Wiring wiring, Invocation invocation) {
    this.outside = outside;
    this.wiring = wiring;
    this.invocation = invocation;
    this.look = outside.look().apply(invocation.globals().color());
    this.json = invocation.globals().output().equals("json");
  }

  /** Starts a new run of a plan. */
  public int start(Plan plan, Connection connection) {
    try (RunFolder run = create(plan, connection)) {
      return work(run, connection);
    }
  }

  /** Starts a new run of a plan in a process of its own; gives its ID. */
  public String detached(Plan plan, Connection connection) {
    String id;
    try (RunFolder run = create(plan, connection)) {
      id = run.id();
    }
    new Background(outside, wiring).resume(id, invocation.globals());
    return id;
  }

  private RunFolder create(Plan plan, Connection connection) {
    RunFolder run = wiring.runs().create(plan, invocation.resolved().aside());
    try {
      if (invocation.command() instanceof Command.Acts) {
        AnswerFile.keep(wiring, run.id(), AnswerFile.text(wiring, invocation, connection.facts()));
      }
      return run;
    } catch (RuntimeException e) {
      run.close();
      throw e;
    }
  }

  /** Goes on with a run. */
  int resume(String id) {
    try (RunFolder run = wiring.runs().open(id)) {
      return work(run, connect(run));
    }
  }

  /** Takes back what a run made. */
  int undo(String id) {
    try (RunFolder run = wiring.runs().open(id)) {
      Connection connection = connect(run);
      return report(during(run, connection, stop -> executor(run, connection).undo(run, stop)));
    }
  }

  /** Connects; those who watch get to know why that is not possible. */
  private Connection connect(RunFolder run) {
    try {
      return wiring.connect(invocation, run.plan());
    } catch (ProblemException e) {
      RunState before = RunState.replay(run.journal().entries());
      run.note(
          new RunEvent.Finished(
              run.id(), before.state().name(), Duration.ZERO, e.problems(), List.of()));
      throw e;
    }
  }

  private Executor executor(RunFolder run, Connection connection) {
    return new Executor(
        connection.ports().apply(wiring.secrets(wiring.runs().secrets(run.id()))),
        events,
        Crash.checkpoint(outside.environment()));
  }

  private int work(RunFolder run, Connection connection) {
    Executor executor = executor(run, connection);
    String onError = invocation.globals().onError().orElse(canAsk() ? "ask" : "undo");
    Policy policy = onError.equals("undo") ? Policy.UNDO : Policy.KEEP;
    boolean asks = onError.equals("ask") && canAsk();
    while (true) {
      Outcome outcome = during(run, connection, stop -> executor.execute(run, policy, stop));
      if (!asks || outcome.state() != RunState.State.FAILED || outcome.stopped()) {
        return report(outcome);
      }
      switch (new Review(outside.terminal(), look).rescue(outcome)) {
        case RETRY -> {}
        case UNDO -> {
          Outcome undone = during(run, connection, stop -> executor.undo(run, stop));
          return report(after(outcome, undone));
        }
        case KEEP -> {
          return report(outcome);
        }
      }
    }
  }

  /** The outcome of an undo with the reason why it was asked for. */
  private static Outcome after(Outcome failed, Outcome undone) {
    List<Problem> problems = new ArrayList<>(failed.problems());
    problems.addAll(undone.problems());
    return new Outcome(
        undone.run(),
        undone.state(),
        problems,
        undone.left(),
        failed.stopped(),
        failed.touched(),
        failed.warnings(),
        undone.announced());
  }

  private boolean canAsk() {
    return !invocation.switches().noInput() && !json && look.live();
  }

  private Outcome during(RunFolder run, Connection connection, Function<Stop, Outcome> work) {
    Switches switches = invocation.switches();
    LineProgress progress =
        new LineProgress(outside.err(), look, InstantSource.system(), switches.verbose() > 0);
    boolean shown = !switches.quiet() && !json;
    if (!watched) {
      watched = true;
      wiring.modules().forEach(module -> module.subscribe(events));
      RunLog.watch(events);
      if (shown) {
        progress.watch(events);
      }
      if (json) {
        events.on(
            RunEvent.class,
            event -> outside.out().println(wiring.json().line(EventTree.of(event))));
      }
    }
    ScheduledExecutorService ticks =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("progress").factory());
    Stop stop = outside.interrupts().begin();
    try {
      ticks.scheduleWithFixedDelay(
          new Requests(
              wiring.runs().requests(run.id()),
              stop,
              request -> {
                RunEvent asked = new RunEvent.Asked(run.id(), request);
                run.note(asked);
                events.publish(asked);
              }),
          Requests.PERIOD,
          Requests.PERIOD,
          TimeUnit.MILLISECONDS);
      if (shown) {
        ticks.scheduleAtFixedRate(progress::tick, 1, 1, TimeUnit.SECONDS);
      }
      return work.apply(stop);
    } finally {
      outside.interrupts().end();
      ticks.shutdownNow();
    }
  }

  private int report(Outcome outcome) {
    int code = outcome.exitCode();
    if (code == 130) {
      code = outside.interrupts().exitCode();
    }
    return new RunReport(outside, wiring, invocation).print(outcome, code);
  }
}
