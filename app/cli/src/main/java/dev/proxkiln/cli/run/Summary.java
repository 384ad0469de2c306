package dev.proxkiln.cli.run;

import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.wiring.Results;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.module.Desired;
import dev.proxkiln.core.module.Desired.Standing;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.run.Fleet;
import dev.proxkiln.core.run.Outcome;
import dev.proxkiln.ui.Amounts;
import dev.proxkiln.ui.Look;
import dev.proxkiln.ui.ProblemText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What became of each of several things: a table, or the last line of JSON. */
public final class Summary {
  private static final List<Query.Column> COLUMNS =
      List.of(
          new Query.Column("NAME", "name"),
          new Query.Column("RESULT", "result"),
          new Query.Column("VMID", "vmid"),
          new Query.Column("TIME", "time"),
          new Query.Column("PROBLEM", "problem"));

  private final Outside outside;
  private final Wiring wiring;
  private final Invocation invocation;
  private final List<Map<String, Object>> rows = new ArrayList<>();
  private final List<Fleet.Ended> failed = new ArrayList<>();
  private final List<Standing.There> different = new ArrayList<>();

  public Summary(Outside outside, Wiring wiring, Invocation invocation) {
    this.outside = outside;
    this.wiring = wiring;
    this.invocation = invocation;
  }

  /** Something that no run was made for. */
  public Map<String, Object> add(String name, String result) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", name);
    row.put("result", result);
    rows.add(row);
    return row;
  }

  /**
   * A run that ended, or could not begin.
   *
   * @param good the word for one that went well
   */
  public void add(Fleet.Ended ended, String good) {
    Map<String, Object> row =
        add(ended.name(), ended.ok() ? good : ended.stopped() ? "stopped" : "failed");
    row.put("time", Amounts.time(ended.took()));
    row.put("milliseconds", ended.took().toMillis());
    ended.outcome().ifPresent(outcome -> put(row, outcome));
    if (!ended.reasons().isEmpty()) {
      row.put("problem", ended.reasons().getFirst().slug());
      row.put("problems", ended.reasons().stream().map(Problem::tree).toList());
    }
    if (!ended.ok()) {
      failed.add(ended);
    }
  }

  /** Something that is there. */
  public void add(Standing.There there) {
    boolean right = there.differences().isEmpty();
    Map<String, Object> row = add(there.name(), right ? "right" : "differs");
    row.put("vmid", there.vmid());
    if (!right) {
      List<Object> list = new ArrayList<>();
      for (Desired.Difference one : there.differences()) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("setting", one.setting());
        tree.put("wanted", one.wanted());
        tree.put("actual", one.actual());
        list.add(tree);
      }
      row.put("differences", list);
      different.add(there);
    }
  }

  /** Something that cannot be made, because something else has its place. */
  public void add(Standing.InTheWay way) {
    add(
        new Fleet.Ended(way.name(), Optional.empty(), List.of(way.problem()), Duration.ZERO),
        "done");
  }

  private static void put(Map<String, Object> row, Outcome outcome) {
    row.put("run", outcome.run());
    row.put("state", outcome.state().name());
    outcome.announced().values().stream()
        .flatMap(facts -> Stream.ofNullable(facts.get("vmid")))
        .findFirst()
        .ifPresent(vmid -> row.put("vmid", vmid));
    row.put("warnings", outcome.warnings());
    row.put("announced", outcome.announced());
    if (!outcome.left().isEmpty()) {
      row.put("left", outcome.left());
    }
  }

  /** Prints everything: the table, then the problems of each that failed; gives the code back. */
  public int report(int exitCode) {
    String form = invocation.globals().output();
    Look look = outside.look().apply(invocation.globals().color());
    if (form.equals("json")) {
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put("event", "summary");
      tree.put("exit", exitCode);
      tree.put("results", rows);
      outside.out().println(wiring.json().line(tree));
    } else {
      new Results(outside, wiring, invocation)
          .print(new Query.Rows(COLUMNS, List.<Object>copyOf(rows)));
    }
    if (!form.equals("json")) {
      different.forEach(this::differences);
    }
    for (Fleet.Ended ended : failed) {
      List<Problem> problems =
          ended.reasons().stream().map(p -> p.at(place(ended.name(), p.where()))).toList();
      outside.err().print(ProblemText.of(problems, look));
      ended.outcome().ifPresent(this::left);
    }
    return exitCode;
  }

  private static String place(String name, String where) {
    return where.isEmpty() || where.equals(name) ? name : name + ", " + where;
  }

  private void differences(Standing.There there) {
    outside.err().println("'" + there.name() + "' differs from what is wanted:");
    for (Desired.Difference one : there.differences()) {
      outside
          .err()
          .println(
              "  "
                  + one.setting()
                  + (one.actual().isEmpty() ? " is not set" : " is '" + one.actual() + "'")
                  + (one.wanted().isEmpty()
                      ? ", and should not be set"
                      : ", wanted '" + one.wanted() + "'"));
    }
  }

  private void left(Outcome outcome) {
    if (outcome.left().isEmpty()) {
      return;
    }
    outside.err().println("What this run made is still there; these commands take it back:");
    outcome.left().forEach(command -> outside.err().println("  " + command));
    outside.err().println("Go on:     proxkiln resume " + outcome.run());
    outside.err().println("Take back: proxkiln undo " + outcome.run());
  }
}
