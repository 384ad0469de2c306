package dev.proxkiln.cli;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.run.Fleet;
import dev.proxkiln.core.run.Outcome;
import dev.proxkiln.core.run.RunFolder;
import dev.proxkiln.core.run.Stop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Several plans of one call, a run each, side by side; one that fails does not stop the rest. */
final class Batch {
  private final Outside outside;
  private final Wiring wiring;
  private final Invocation invocation;

  Batch(Outside outside, Wiring wiring, Invocation invocation) {
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
  record Entry(String name, Plan plan, Map<String, String> aside, String answers) {
    /** The plan of a wish. */
    static Entry of(Wiring wiring, Wish wish, Plan plan, Facts facts) {
      return new Entry(wish.name(), plan, wish.aside(), AnswerFile.text(wiring, wish, facts));
    }

    /** Without secrets. */
    @Override
    public String toString() {
      return "Entry[" + name + "]";
    }
  }

  /** Runs plans and reports; gives the exit code. */
  int start(List<Entry> entries, Connection connection) {
    Summary summary = new Summary(outside, wiring, invocation);
    return summary.report(run(entries, connection, summary, "done"));
  }

  /**
   * Runs plans; tells the exit code and leaves what became of each in a summary.
   *
   * @param good the word for one that went well
   */
  int run(List<Entry> entries, Connection connection, Summary summary, String good) {
    int widest = entries.stream().mapToInt(entry -> entry.name().length()).max().orElse(0);
    SideBySide fleet = new SideBySide(outside, wiring, invocation, entries.size(), widest);
    PvePort pve = SideBySide.shared(connection, entries.stream().map(Entry::plan).toList());
    Deque<Entry> left = new ArrayDeque<>(entries);
    List<Fleet.Ended> all = new ArrayList<>();
    boolean stopped =
        fleet.run(
            () ->
                Optional.ofNullable(left.poll())
                    .map(entry -> new Job(entry, fleet, connection, pve)),
            all::add);
    all.forEach(ended -> summary.add(ended, good));
    left.forEach(entry -> summary.add(entry.name(), "not started"));
    return fleet.exitCode(stopped, all);
  }

  private final class Job implements Fleet.Job {
    private final Entry entry;
    private final SideBySide fleet;
    private final Connection connection;
    private final PvePort pve;

    Job(Entry entry, SideBySide fleet, Connection connection, PvePort pve) {
      this.entry = entry;
      this.fleet = fleet;
      this.connection = connection;
      this.pve = pve;
    }

    @Override
    public String name() {
      return entry.name();
    }

    @Override
    public Outcome run(Stop stop) {
      try (RunFolder run = wiring.runs().create(entry.plan(), entry.aside())) {
        AnswerFile.keep(wiring, run.id(), entry.answers());
        return fleet.work(run, entry.name(), connection, pve, stop);
      }
    }
  }
}
