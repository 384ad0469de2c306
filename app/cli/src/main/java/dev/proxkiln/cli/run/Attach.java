package dev.proxkiln.cli.run;

import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.cli.problem.ExitCodes;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.event.EventTree;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.run.Fleet;
import dev.proxkiln.core.run.Outcome;
import dev.proxkiln.core.run.Stop;
import dev.proxkiln.core.view.RunView;
import dev.proxkiln.host.run.BatchStore;
import dev.proxkiln.host.run.EventTail;
import dev.proxkiln.ui.FleetProgress;
import dev.proxkiln.ui.LineProgress;
import dev.proxkiln.ui.Look;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Shows runs that other processes work on, as lines, until they end; then reports as if they had
 * run here. Ctrl-C leaves them running.
 */
final class Attach {
  private static final Duration LOOK = Duration.ofMillis(150);

  private final Outside outside;
  private final Wiring wiring;
  private final Invocation invocation;
  private final Look look;
  private final boolean json;
  private final boolean shown;
  private final boolean chatty;

  Attach(Outside outside, Wiring wiring, Invocation invocation) {
    this.outside = outside;
    this.wiring = wiring;
    this.invocation = invocation;
    this.look = outside.look().apply(invocation.globals().color());
    this.json = invocation.globals().output().equals("json");
    this.shown = !json && !invocation.switches().quiet();
    this.chatty = invocation.switches().verbose() > 0;
  }

  /** Shows one run; gives its exit code. */
  int run(String id) {
    RunWatch watch = new RunWatch(wiring.runs(), id);
    LineProgress progress = new LineProgress(outside.err(), look, InstantSource.system(), chatty);
    Stop stop = leaving("proxkiln attach " + watch.id(), "proxkiln stop " + watch.id());
    try {
      Instant ticked = Instant.now();
      do {
        for (EventTail.Timed timed : watch.poll()) {
          show(timed, () -> progress.show(timed.event(), timed.at()));
        }
        if (watch.live()) {
          ticked = tick(ticked, progress::tick);
          LockSupport.parkNanos(LOOK.toNanos());
        }
      } while (watch.live() && !stop.asked());
    } finally {
      outside.interrupts().end();
      progress.end();
    }
    if (stop.asked()) {
      return outside.interrupts().exitCode();
    }
    if (!watch.ended()) {
      throw cutOff(watch.view());
    }
    Outcome outcome = watch.model().outcome();
    return new RunReport(outside, wiring, invocation).print(outcome, outcome.exitCode());
  }

  /** Shows the runs of a batch; gives the exit code for all. */
  int batch(BatchStore.Batch batch) {
    return several(
        "proxkiln attach " + batch.id(),
        "proxkiln stop " + batch.id(),
        batch.members().size(),
        batch::members,
        () -> wiring.batches().live(batch.id()));
  }

  /** Shows what the process that runs the queue works on; gives the exit code for all. */
  int queue() {
    return several(
        "proxkiln attach queue",
        "proxkiln stop queue",
        0,
        () ->
            wiring.queue().all().stream()
                .filter(item -> !item.run().isEmpty())
                .map(item -> new BatchStore.Member(item.label(), item.run()))
                .toList(),
        () -> wiring.queue().running());
  }

  private int several(
      String again,
      String halt,
      int total,
      Supplier<List<BatchStore.Member>> members,
      BooleanSupplier live) {
    int widest = members.get().stream().mapToInt(m -> m.name().length()).max().orElse(0);
    FleetProgress progress =
        new FleetProgress(outside.err(), look, InstantSource.system(), chatty, total, widest);
    Map<String, RunWatch> watches = new LinkedHashMap<>();
    Map<String, String> names = new LinkedHashMap<>();
    boolean whole = total > 0;
    Stop stop = leaving(again, halt);
    boolean works;
    try {
      Instant ticked = Instant.now();
      do {
        works = live.getAsBoolean();
        for (BatchStore.Member member : members.get()) {
          if (!watches.containsKey(member.run())
              && wiring.runs().ids().contains(member.run())
              && (whole || wiring.runs().live(member.run()))) {
            watches.put(member.run(), new RunWatch(wiring.runs(), member.run()));
            names.put(member.run(), member.name());
            progress.name(member.run(), member.name());
          }
        }
        for (RunWatch watch : watches.values()) {
          for (EventTail.Timed timed : watch.poll()) {
            show(timed, () -> progress.show(timed.event(), timed.at()));
          }
        }
        if (works) {
          ticked = tick(ticked, progress::tick);
          LockSupport.parkNanos(LOOK.toNanos());
        }
      } while (works && !stop.asked());
    } finally {
      outside.interrupts().end();
      progress.end();
    }
    if (stop.asked()) {
      return outside.interrupts().exitCode();
    }
    return summary(watches.values(), names);
  }

  private int summary(Iterable<RunWatch> watches, Map<String, String> names) {
    Summary summary = new Summary(outside, wiring, invocation);
    List<Fleet.Ended> all = new ArrayList<>();
    for (RunWatch watch : watches) {
      RunView view = watch.view();
      String name = names.getOrDefault(watch.id(), watch.id());
      Fleet.Ended ended =
          watch.ended()
              ? new Fleet.Ended(
                  name, Optional.of(watch.model().outcome()), List.of(), view.elapsed())
              : new Fleet.Ended(name, Optional.empty(), cutOff(view).problems(), view.elapsed());
      all.add(ended);
      summary.add(ended, "done");
    }
    return summary.report(all.stream().allMatch(Fleet.Ended::ok) ? 0 : ExitCodes.SOME_FAILED);
  }

  private Stop leaving(String again, String halt) {
    return outside
        .interrupts()
        .begin("It goes on without you. See it with: " + again + "; stop it with: " + halt);
  }

  private void show(EventTail.Timed timed, Runnable line) {
    if (json) {
      outside.out().println(wiring.json().line(EventTree.of(timed.event())));
    } else if (shown) {
      line.run();
    }
  }

  private Instant tick(Instant last, Runnable tick) {
    Instant now = Instant.now();
    if (!shown || Duration.between(last, now).toMillis() < 1000) {
      return last;
    }
    tick.run();
    return now;
  }

  private static ProblemException cutOff(RunView view) {
    return CliSlug.RUN_CUT_OFF
        .problem(
            "run " + view.id(),
            "Nobody works on run '" + view.id() + "', and it is not at its end.",
            view.current()
                .map(step -> "It came to step '" + step.step().id() + "'.")
                .orElse(view.done() + " of " + view.steps().size() + " steps are done."),
            "Go on with: proxkiln resume "
                + view.id()
                + "; or take back: proxkiln undo "
                + view.id())
        .raise();
  }
}
