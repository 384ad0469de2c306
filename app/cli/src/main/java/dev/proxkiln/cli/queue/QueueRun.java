package dev.proxkiln.cli.queue;

import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.node.Connection;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.cli.run.AnswerFile;
import dev.proxkiln.cli.run.SideBySide;
import dev.proxkiln.cli.run.Summary;
import dev.proxkiln.cli.run.Wish;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.run.Fleet;
import dev.proxkiln.core.run.Outcome;
import dev.proxkiln.core.run.RunFolder;
import dev.proxkiln.core.run.RunState;
import dev.proxkiln.core.run.RunState.State;
import dev.proxkiln.core.run.RunStore;
import dev.proxkiln.core.run.Stop;
import dev.proxkiln.host.file.LockFile;
import dev.proxkiln.host.queue.QueueFolder;
import dev.proxkiln.host.queue.QueueItem;
import dev.proxkiln.host.run.RequestFile;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Runs the queue: what waits, and what an earlier runner was cut off in. Each wish is planned when
 * its turn comes, because by then the node may have changed.
 */
public final class QueueRun {
  /** How long what is known of a node counts for the next wish. */
  private static final Duration FRESH = Duration.ofSeconds(60);

  private final Outside outside;
  private final Wiring wiring;
  private final Invocation invocation;
  private final QueueFolder queue;
  private final Wishes wishes;
  private final Set<String> taken = new HashSet<>();
  private final Map<String, QueueItem> byName = new HashMap<>();
  private final Map<String, Node> nodes = new HashMap<>();

  QueueRun(Outside outside, Wiring wiring, Invocation invocation, QueueFolder queue) {
    this.outside = outside;
    this.wiring = wiring;
    this.invocation = invocation;
    this.queue = queue;
    this.wishes = new Wishes(wiring);
  }

  /** A node that wishes of this run are for. */
  private record Node(Connection connection, PvePort pve, Instant since) {}

  /** Runs it to its end; gives the exit code. */
  int run() {
    try (LockFile runner = queue.runner()) {
      RequestFile requests = queue.requests();
      requests.clear();
      int widest = queue.all().stream().mapToInt(item -> item.label().length()).max().orElse(0);
      SideBySide fleet = new SideBySide(outside, wiring, invocation, 0, widest);
      Summary summary = new Summary(outside, wiring, invocation);
      List<Fleet.Ended> all = new ArrayList<>();
      boolean stopped =
          fleet.run(
              Optional.of(requests),
              () -> next(fleet),
              ended -> {
                all.add(ended);
                ended(ended);
              });
      all.forEach(ended -> summary.add(ended, "done"));
      return summary.report(fleet.exitCode(stopped, all));
    }
  }

  /** The next wish that nobody has taken; what was cut off comes before what waits. */
  private synchronized Optional<Job> next(SideBySide fleet) {
    List<QueueItem> all = queue.all();
    Optional<QueueItem> cutOff =
        all.stream().filter(i -> i.state() == QueueItem.State.RUNNING && isFree(i)).findFirst();
    return cutOff
        .or(
            () ->
                all.stream()
                    .filter(i -> i.state() == QueueItem.State.WAITING && isFree(i))
                    .findFirst())
        .map(
            item -> {
              taken.add(item.id());
              byName.put(item.label(), item);
              return new Job(item, fleet);
            });
  }

  private boolean isFree(QueueItem item) {
    return !taken.contains(item.id());
  }

  private synchronized void ended(Fleet.Ended ended) {
    QueueItem item = byName.remove(ended.name());
    if (item == null) {
      return;
    }
    QueueItem.State state =
        ended.ok()
            ? QueueItem.State.DONE
            : ended.stopped() ? QueueItem.State.WAITING : QueueItem.State.FAILED;
    List<Map<String, Object>> why =
        state == QueueItem.State.FAILED
            ? ended.reasons().stream().map(Problem::tree).toList()
            : List.of();
    queue.change(
        item.id(), now -> now.now(state, ended.outcome().map(Outcome::run).orElse(now.run()), why));
    taken.remove(item.id());
  }

  /** What an entry was added for, else what holds for the whole call. */
  public static Globals where(Globals globals, QueueItem item) {
    return item.target().isEmpty() && item.node().isEmpty()
        ? globals
        : globals.at(
            Optional.of(item.target()).filter(t -> !t.isEmpty()).or(globals::target),
            Optional.of(item.node()).filter(n -> !n.isEmpty()).or(globals::node));
  }

  private synchronized Node node(QueueItem item) {
    String key = item.target() + " " + item.node();
    Node known = nodes.get(key);
    if (known != null && Duration.between(known.since(), Instant.now()).compareTo(FRESH) < 0) {
      return known;
    }
    Connection connection =
        wiring.connect(where(invocation.globals(), item), invocation.switches());
    // The IDs that were told before still count.
    PvePort pve = known == null ? SideBySide.shared(connection, List.of()) : known.pve();
    Node node = new Node(connection, pve, Instant.now());
    nodes.put(key, node);
    return node;
  }

  /** One wish. */
  private final class Job implements Fleet.Job {
    private final QueueItem item;
    private final SideBySide fleet;

    Job(QueueItem item, SideBySide fleet) {
      this.item = item;
      this.fleet = fleet;
    }

    @Override
    public String name() {
      return item.label();
    }

    @Override
    public Outcome run(Stop stop) {
      Optional<RunStore.Glimpse> before = before();
      Optional<RunState> state = before.map(glimpse -> RunState.replay(glimpse.entries()));
      if (state.filter(s -> s.state() == State.DONE).isPresent()) {
        // It was done; only the word of it did not reach the queue.
        return new Outcome(
            item.run(),
            State.DONE,
            List.of(),
            List.of(),
            false,
            true,
            state.get().warnings(),
            Map.of());
      }
      boolean goesOn =
          state.filter(s -> s.state() == State.OPEN || s.state() == State.FAILED).isPresent();
      Node node = node(item);
      try (RunFolder run = goesOn ? wiring.runs().open(item.run()) : begin(node.connection())) {
        queue.change(item.id(), now -> now.now(QueueItem.State.RUNNING, run.id(), List.of()));
        return fleet.work(run, name(), node.connection(), node.pve(), stop);
      }
    }

    /** The run of an earlier attempt; empty when there was none, or its folder is gone. */
    private Optional<RunStore.Glimpse> before() {
      return item.run().isEmpty() || !wiring.runs().ids().contains(item.run())
          ? Optional.empty()
          : Optional.of(wiring.runs().look(item.run()));
    }

    private RunFolder begin(Connection connection) {
      Action<?> action =
          wishes
              .action(item.command())
              .orElseThrow(
                  () ->
                      CliSlug.UNKNOWN_COMMAND
                          .problem(
                              item.id(),
                              "There is no command '" + item.command() + "'.",
                              "The wish was added by another version.",
                              "Remove it with: proxkiln queue remove " + item.id())
                          .raise());
      Values values =
          Values.of(item.settings(), new Origin(Origin.Kind.SPEC_FILE, "queue entry " + item.id()));
      Plan plan = action.plan(values, connection.facts()).orRaise();
      RunFolder run = wiring.runs().create(plan, item.aside());
      Wish wish = Wish.of(action, values, item.aside());
      AnswerFile.keep(wiring, run.id(), AnswerFile.text(wiring, wish, connection.facts()));
      return run;
    }
  }

  /**
   * Plans wishes for a node as it is now, to say at once what is wrong with them.
   *
   * @throws ProblemException everything that is wrong
   */
  static void check(List<Wish> wishes, Connection connection) {
    List<Problem> problems = new ArrayList<>();
    for (Wish wish : wishes) {
      if (wish.action().plan(wish.values(), connection.facts())
          instanceof dev.proxkiln.core.spec.Checked.Invalid<Plan>(List<Problem> wrong)) {
        problems.addAll(wrong);
      }
    }
    if (!problems.isEmpty()) {
      throw new ProblemException(problems.stream().distinct().toList());
    }
  }
}
