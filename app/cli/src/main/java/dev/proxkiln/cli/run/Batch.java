package dev.proxkiln.cli.run;

import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.node.Connection;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.run.Fleet;
import dev.proxkiln.core.run.Outcome;
import dev.proxkiln.core.run.RunFolder;
import dev.proxkiln.core.run.RunState;
import dev.proxkiln.core.run.RunStore;
import dev.proxkiln.core.run.Stop;
import dev.proxkiln.host.file.LockFile;
import dev.proxkiln.host.run.BatchStore;
import dev.proxkiln.host.run.RequestFile;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Several plans of one call, a run each, side by side; one that fails does not stop the rest. */
public final class Batch {
  private final Outside outside;
  private final Wiring wiring;
  private final Invocation invocation;

  public Batch(Outside outside, Wiring wiring, Invocation invocation) {
    this.outside = outside;
    this.wiring = wiring;
    this.invocation = invocation;
  }

  /**
   * A plan to run.
   *
   * @param name what its lines begin with; unique in its batch
   * @param aside secrets that belong to this run only, by name
   * @param answers the settings that the plan was made of, as a spec file
   */
  public record Entry(String name, Plan plan, Map<String, String> aside, String answers) {
    /** The plan of a wish. */
    public static Entry of(Wiring wiring, Wish wish, Plan plan, Facts facts) {
      return new Entry(wish.name(), plan, wish.aside(), AnswerFile.text(wiring, wish, facts));
    }

    /** Without secrets. */
    @Override
    public String toString() {
      return "Entry[" + name + "]";
    }
  }

  /**
   * A run to be worked on when its turn comes.
   *
   * @param folder makes or opens it
   */
  private record Task(String name, Supplier<RunFolder> folder) {}

  /** Runs plans and reports; gives the exit code. */
  public int start(List<Entry> entries, Connection connection) {
    Summary summary = new Summary(outside, wiring, invocation);
    return summary.report(run(entries, connection, summary, "done"));
  }

  /**
   * Runs plans; tells the exit code and leaves what became of each in a summary.
   *
   * @param good the word for one that went well
   */
  public int run(List<Entry> entries, Connection connection, Summary summary, String good) {
    List<Entry> ordered = ordered(entries);
    List<Task> tasks =
        ordered.stream().map(entry -> new Task(entry.name(), () -> folder(wiring, entry))).toList();
    List<Plan> plans = ordered.stream().map(Entry::plan).toList();
    return run(tasks, plans, Optional.empty(), connection, summary, good);
  }

  /**
   * What takes longest to unpack is downloaded first, so that the line carries the others meanwhile
   * and the end waits for a short one (Johnson's rule); else the order that was asked for.
   */
  static List<Entry> ordered(List<Entry> entries) {
    return entries.stream()
        .sorted(Comparator.comparingInt((Entry entry) -> unpacking(entry.plan())).reversed())
        .toList();
  }

  private static int unpacking(Plan plan) {
    return plan.steps().stream().mapToInt(Batch::unpacking).max().orElse(0);
  }

  private static int unpacking(Step step) {
    return switch (step) {
      case Step.Download download ->
          switch (download.fetch().compression().replace("tar.", "")) {
            case "xz", "bz2" -> 2;
            case "gz", "zip" -> 1;
            default -> 0;
          };
      default -> 0;
    };
  }

  /** Makes the run of a plan. */
  static RunFolder folder(Wiring wiring, Entry entry) {
    RunFolder run = wiring.runs().create(entry.plan(), entry.aside());
    try {
      AnswerFile.keep(wiring, run.id(), entry.answers());
      return run;
    } catch (RuntimeException e) {
      run.close();
      throw e;
    }
  }

  /** Goes on with the runs of a batch that are not at their end; gives the exit code. */
  int resume(BatchStore.Batch batch) {
    try (LockFile held = wiring.batches().open(batch.id())) {
      List<Task> tasks = new ArrayList<>();
      List<Plan> plans = new ArrayList<>();
      for (BatchStore.Member member : batch.members()) {
        RunStore.Glimpse glimpse = wiring.runs().look(member.run());
        RunState.State state = RunState.replay(glimpse.entries()).state();
        if (state == RunState.State.OPEN || state == RunState.State.FAILED) {
          tasks.add(new Task(member.name(), () -> wiring.runs().open(member.run())));
          plans.add(glimpse.plan());
        }
      }
      if (tasks.isEmpty()) {
        throw CoreSlug.RUN_STATE
            .problem(
                "batch " + batch.id(),
                "No run of batch '" + batch.id() + "' can be resumed.",
                "All are done or undone.",
                "See: proxkiln runs")
            .raise();
      }
      Summary summary = new Summary(outside, wiring, invocation);
      return summary.report(
          run(
              tasks,
              plans,
              Optional.of(wiring.batches().requests(batch.id())),
              wiring.connect(invocation, plans.getFirst()),
              summary,
              "done"));
    }
  }

  private int run(
      List<Task> tasks,
      List<Plan> plans,
      Optional<RequestFile> requests,
      Connection connection,
      Summary summary,
      String good) {
    int widest = tasks.stream().mapToInt(task -> task.name().length()).max().orElse(0);
    SideBySide fleet = new SideBySide(outside, wiring, invocation, tasks.size(), widest);
    PvePort pve = SideBySide.shared(connection, plans);
    Deque<Task> left = new ArrayDeque<>(tasks);
    List<Fleet.Ended> all = new ArrayList<>();
    boolean stopped =
        fleet.run(
            requests,
            () ->
                Optional.ofNullable(left.poll()).map(task -> new Job(task, fleet, connection, pve)),
            all::add);
    all.forEach(ended -> summary.add(ended, good));
    left.forEach(task -> summary.add(task.name(), "not started"));
    return fleet.exitCode(stopped, all);
  }

  private record Job(Task task, SideBySide fleet, Connection connection, PvePort pve)
      implements Fleet.Job {
    @Override
    public String name() {
      return task.name();
    }

    @Override
    public Outcome run(Stop stop) {
      try (RunFolder run = task.folder().get()) {
        return fleet.work(run, name(), connection, pve, stop);
      }
    }
  }
}
