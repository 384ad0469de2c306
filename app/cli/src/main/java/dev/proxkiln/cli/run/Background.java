package dev.proxkiln.cli.run;

import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.log.LogPlace;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.outside.Self;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.cli.wiring.Results;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.config.Sources;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.run.RunFolder;
import dev.proxkiln.host.process.DetachedProcess;
import dev.proxkiln.host.run.BatchStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Lets runs be worked on by a process of their own, in a session of its own and without a terminal:
 * it goes on when the terminal, the connection or this process is gone. What it is told stands in
 * the run's folder, and in its environment, which is ours; no secret is among its arguments.
 */
public final class Background {
  /** How long it may take to begin, on a machine that does much else. */
  private static final Duration START = Duration.ofMinutes(3);

  private static final Duration LOOK = Duration.ofMillis(50);
  private static final String LOG = "process.log";

  private final Outside outside;
  private final Wiring wiring;

  public Background(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  /**
   * Goes on with a run, or begins it; returns when the process has written its first event, so that
   * nobody who looks then takes the end of an earlier process for the end of this one.
   */
  public void resume(String run, Globals globals) {
    Path folder = wiring.runs().folder(run);
    long before = size(folder.resolve("events.jsonl"));
    start(
        at(List.of("resume", run), run),
        globals,
        folder.resolve(LOG),
        () -> size(folder.resolve("events.jsonl")) > before);
  }

  /** Takes back what a run made. */
  public void undo(String run, Globals globals) {
    Path folder = wiring.runs().folder(run);
    long before = size(folder.resolve("events.jsonl"));
    start(
        at(List.of("undo", run, "--yes"), run),
        globals,
        folder.resolve(LOG),
        () -> size(folder.resolve("events.jsonl")) > before);
  }

  /** Starts a plan with what belongs to its run; gives the run. */
  public String run(Batch.Entry entry, Globals globals) {
    String id;
    try (RunFolder run = Batch.folder(wiring, entry)) {
      id = run.id();
    }
    resume(id, globals);
    return id;
  }

  /** Starts plans, side by side; gives the batch. */
  public BatchStore.Batch batch(List<Batch.Entry> entries, Globals globals) {
    return chains(entries.stream().map(List::of).toList(), globals);
  }

  /**
   * Starts chains of plans, side by side; gives the batch.
   *
   * @param chains in each, a plan starts only when the one before it went through
   */
  public BatchStore.Batch chains(List<List<Batch.Entry>> chains, Globals globals) {
    List<BatchStore.Member> members = new ArrayList<>();
    for (List<Batch.Entry> chain : chains) {
      String before = "";
      for (Batch.Entry entry : chain) {
        try (RunFolder run = Batch.folder(wiring, entry)) {
          members.add(new BatchStore.Member(entry.name(), run.id(), before));
          before = entry.name();
        }
      }
    }
    BatchStore.Batch batch = wiring.batches().create(members);
    batch(batch, globals);
    return batch;
  }

  /** Goes on with a batch. */
  public void batch(BatchStore.Batch batch, Globals globals) {
    Path log = wiring.batches().place(batch.id()).resolve(LOG);
    long before = size(log);
    start(
        batch.members().isEmpty()
            ? List.of("resume", batch.id())
            : at(List.of("resume", batch.id()), batch.members().getFirst().run()),
        globals,
        log,
        () -> wiring.batches().live(batch.id()) || size(log) > before);
  }

  /** Runs the queue. */
  public void queue(Globals globals) {
    Path log = LogPlace.output(wiring.layout().logs().resolve("queue.log")).room();
    long before = size(log);
    List<String> words = new ArrayList<>(List.of("queue", "run", "--yes"));
    globals.target().ifPresent(target -> words.addAll(List.of("--target", target)));
    globals.node().ifPresent(node -> words.addAll(List.of("--node", node)));
    start(words, globals, log, () -> wiring.queue().running() || size(log) > before);
  }

  /** A call for the target of a run, whatever profile or target the settings choose by now. */
  private List<String> at(List<String> words, String run) {
    Plan plan = wiring.runs().look(run).plan();
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of("--target", plan.target(), "--node", plan.node()));
    return all;
  }

  /** Says what was started, and how to see it; gives the exit code. */
  public int started(Invocation invocation, String what, String id) {
    if (invocation.globals().output().equals("table")) {
      outside.out().println(id);
    } else {
      new Results(outside, wiring, invocation).print(new Query.One(Map.of(what, id)));
    }
    if (!invocation.switches().quiet()) {
      outside.err().println("It runs in a process of its own. See it: proxkiln attach " + id);
    }
    return 0;
  }

  private void start(List<String> words, Globals globals, Path log, BooleanSupplier begun) {
    List<String> argv = new ArrayList<>(Self.argv(wiring.home()));
    argv.addAll(words);
    argv.addAll(flags(globals));
    long pid = DetachedProcess.start(argv, outside.environment(), log);
    long end = System.nanoTime() + START.toNanos();
    while (!begun.getAsBoolean()) {
      boolean alive = ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
      if (!alive && begun.getAsBoolean()) {
        return;
      }
      if (!alive || System.nanoTime() > end) {
        throw CliSlug.RUNNER_FAILED
            .problem(
                String.join(" ", words),
                "The process that should do the work did not begin.",
                Self.lastLine(log),
                "Look into " + log + ", then try again.")
            .raise();
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  /** Nobody is there to be asked: what would be asked about is kept. */
  private static List<String> flags(Globals globals) {
    List<String> flags = new ArrayList<>(List.of("--no-input", "--quiet", "--color", "never"));
    flags.addAll(List.of("--on-error", globals.onError().orElse("undo").replace("ask", "keep")));
    flags.addAll(List.of("--jobs", String.valueOf(globals.jobs())));
    flags.addAll(List.of("--log-level", globals.logLevel().word()));
    flags.addAll(List.of("--log-size", Type.printSize(globals.logLimits().file())));
    flags.addAll(List.of("--log-total", Type.printSize(globals.logLimits().total())));
    globals.fingerprint().ifPresent(sha -> flags.addAll(List.of("--fingerprint", sha)));
    // Any other token stands in the environment.
    globals
        .token()
        .filter(token -> token.startsWith(Sources.SECRET_PREFIX))
        .ifPresent(token -> flags.addAll(List.of("--token", token)));
    return flags;
  }

  private static long size(Path file) {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
