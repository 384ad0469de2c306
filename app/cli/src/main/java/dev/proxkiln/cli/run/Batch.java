package dev.proxkiln.cli.run;

import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.node.Connection;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.problem.ExitCodes;
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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
   * @param answers the settings that the plan was made of, as a spec file; empty where it was made
   *     of more than settings
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
   * @param after name of the one that has to go through first; empty for none
   * @param folder makes or opens it
   */
  private record Task(String name, String after, Supplier<RunFolder> folder) {}

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
        ordered.stream()
            .map(entry -> new Task(entry.name(), "", () -> folder(wiring, entry)))
            .toList();
    List<Plan> plans = ordered.stream().map(Entry::plan).toList();
    return run(new Work(tasks, Set.of()), plans, Optional.empty(), connection, summary, good);
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
      if (!entry.answers().isEmpty()) {
        AnswerFile.keep(wiring, run.id(), entry.answers());
      }
      return run;
    } catch (RuntimeException e) {
      run.close();
      throw e;
    }
  }

  /**
   * Refuses a run that must wait for another one.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code run-state}
   */
  public static void checkTurn(Wiring wiring, String run) {
    waitsFor(wiring, run)
        .ifPresent(
            first -> {
              throw CoreSlug.RUN_STATE
                  .problem(
                      "run " + run,
                      "Run '" + run + "' waits for run '" + first + "'.",
                      "That one has not gone through.",
                      "Go on with that one first, or see: proxkiln show " + first)
                  .raise();
            });
  }

  /** The run that has not gone through and must before another one may start. */
  public static Optional<String> waitsFor(Wiring wiring, String run) {
    return wiring
        .batches()
        .before(run)
        .filter(
            first ->
                RunState.replay(wiring.runs().look(first).entries()).state()
                    != RunState.State.DONE);
  }

  /** Goes on with the runs of a batch that are not at their end; gives the exit code. */
  int resume(BatchStore.Batch batch) {
    try (LockFile held = wiring.batches().open(batch.id())) {
      List<Task> tasks = new ArrayList<>();
      List<Plan> plans = new ArrayList<>();
      Set<String> through = new HashSet<>();
      for (BatchStore.Member member : batch.members()) {
        RunStore.Glimpse glimpse = wiring.runs().look(member.run());
        RunState.State state = RunState.replay(glimpse.entries()).state();
        if (state == RunState.State.OPEN || state == RunState.State.FAILED) {
          tasks.add(
              new Task(member.name(), member.after(), () -> wiring.runs().open(member.run())));
          plans.add(glimpse.plan());
        } else if (state == RunState.State.DONE) {
          through.add(member.name());
        }
      }
      Work work = new Work(tasks, through);
      if (!work.hasReady()) {
        throw CoreSlug.RUN_STATE
            .problem(
                "batch " + batch.id(),
                "No run of batch '" + batch.id() + "' can be resumed.",
                "All are done or undone, or wait for one that was undone.",
                "See: proxkiln runs")
            .raise();
      }
      Summary summary = new Summary(outside, wiring, invocation);
      return summary.report(
          run(
              work,
              plans,
              Optional.of(wiring.batches().requests(batch.id())),
              wiring.connect(invocation, plans.getFirst()),
              summary,
              "done"));
    }
  }

  private int run(
      Work work,
      List<Plan> plans,
      Optional<RequestFile> requests,
      Connection connection,
      Summary summary,
      String good) {
    int widest = work.left().stream().mapToInt(task -> task.name().length()).max().orElse(0);
    SideBySide fleet = new SideBySide(outside, wiring, invocation, work.left().size(), widest);
    PvePort pve = SideBySide.shared(connection, plans);
    List<Fleet.Ended> all = new ArrayList<>();
    boolean stopped =
        fleet.run(
            requests,
            () -> work.next().map(task -> new Job(task, fleet, connection, pve)),
            ended -> {
              all.add(ended);
              work.ended(ended);
            });
    all.forEach(ended -> summary.add(ended, good));
    work.left().forEach(task -> summary.add(task.name(), "not started"));
    int code = fleet.exitCode(stopped, all);
    return code == 0 && !work.left().isEmpty() ? ExitCodes.SOME_FAILED : code;
  }

  /**
   * What is left to do. A worker that ends one takes what waited for that, so nothing is left over
   * when there is nothing ready for the others.
   */
  private static final class Work {
    private final List<Task> left;
    private final Set<String> through;

    /**
     * Work.
     *
     * @param through names of what was done before
     */
    Work(List<Task> tasks, Set<String> through) {
      this.left = new ArrayList<>(tasks);
      this.through = new HashSet<>(through);
    }

    List<Task> left() {
      return left;
    }

    private boolean isReady(Task task) {
      return task.after().isEmpty() || through.contains(task.after());
    }

    boolean hasReady() {
      return left.stream().anyMatch(this::isReady);
    }

    Optional<Task> next() {
      Optional<Task> ready = left.stream().filter(this::isReady).findFirst();
      ready.ifPresent(left::remove);
      return ready;
    }

    void ended(Fleet.Ended ended) {
      if (ended.ok()) {
        through.add(ended.name());
      }
    }
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
