package dev.proxkiln.cli.call;

import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.node.Connection;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.cli.problem.ExitCodes;
import dev.proxkiln.cli.queue.Wishes;
import dev.proxkiln.cli.run.Agreement;
import dev.proxkiln.cli.run.Batch;
import dev.proxkiln.cli.run.Summary;
import dev.proxkiln.cli.run.Wish;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Desired;
import dev.proxkiln.core.module.Desired.Standing;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.PlanText;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.spec.Checked;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code apply -f FILE}: makes what is wanted and is not there, says what is there and differs, and
 * leaves what is right alone.
 */
final class Apply {
  /** Exit code of {@code --check} when something is missing or differs. */
  static final int NOT_AS_WANTED = 8;

  private final Outside outside;
  private final Wiring wiring;
  private final Invocation invocation;
  private final boolean check;
  private final boolean diff;
  private final List<Problem> problems = new ArrayList<>();

  /**
   * An application of files.
   *
   * @param check whether to look only, and to tell by the exit code
   * @param diff whether to look only
   */
  Apply(Outside outside, Wiring wiring, Invocation invocation, boolean check, boolean diff) {
    this.outside = outside;
    this.wiring = wiring;
    this.invocation = invocation;
    this.check = check;
    this.diff = diff;
  }

  /** A wish, and what there is of it. */
  private record Found(Wish wish, Standing standing) {}

  int run(List<String> files) {
    List<Wish> wishes = Wishes.read(wiring, files);
    if (wishes.isEmpty()) {
      throw CoreSlug.MISSING_VALUE
          .problem(
              "-f " + String.join(" -f ", files),
              "There is nothing in it to be applied.",
              "",
              "Write a document of settings for each template.")
          .raise();
    }
    Connection connection = wiring.connect(invocation);
    List<Found> found = wishes.stream().flatMap(w -> find(w, connection).stream()).toList();
    twice(found);
    List<Batch.Entry> missing = missing(found, connection.facts());
    if (!problems.isEmpty()) {
      throw new ProblemException(problems.stream().distinct().toList());
    }
    Summary summary = new Summary(outside, wiring, invocation);
    boolean blocked = tell(found, summary);
    boolean asWanted =
        found.stream()
            .allMatch(f -> f.standing() instanceof Standing.There t && t.differences().isEmpty());
    int code = blocked ? ExitCodes.SOME_FAILED : 0;
    if (check || diff || invocation.switches().dryRun()) {
      missing.forEach(entry -> summary.add(entry.name(), "missing"));
      if (invocation.switches().dryRun() && !invocation.globals().output().equals("json")) {
        missing.forEach(entry -> outside.out().println(PlanText.text(entry.plan())));
      }
      return summary.report(check && code == 0 && !asWanted ? NOT_AS_WANTED : code);
    }
    if (!missing.isEmpty()) {
      new Agreement(outside, invocation).to(missing.stream().map(Batch.Entry::plan).toList());
      int done =
          new Batch(outside, wiring, invocation).run(missing, connection, summary, "created");
      code = done == 0 ? code : done;
    }
    return summary.report(code);
  }

  private Optional<Found> find(Wish wish, Connection connection) {
    Optional<Desired> desired = wish.action().desired();
    if (desired.isEmpty()) {
      problems.add(
          CliSlug.BAD_USAGE.problem(
              placed("command", wish),
              "'" + wish.action().name() + "' makes nothing that could be found again.",
              "",
              "Only commands that make something can be applied."));
      return Optional.empty();
    }
    return switch (wish.action()
        .plan(wish.values(), desired.get().unhindered(connection.facts()))) {
      case Checked.Invalid<Plan>(List<Problem> wrong) -> {
        wrong.forEach(problem -> problems.add(inItsDocument(problem, wish)));
        yield Optional.empty();
      }
      case Checked.Valid<Plan>(Plan plan) ->
          Optional.of(
              new Found(wish, desired.get().standing(plan, connection.facts(), connection.pve())));
    };
  }

  /** What is not given at all is missing in the document, not on the command line. */
  private static Problem inItsDocument(Problem problem, Wish wish) {
    return problem.where().startsWith("--")
        ? problem.at(placed(problem.where().substring(2), wish))
        : problem;
  }

  /** A setting by the document of a wish, which every setting of it names. */
  private static String placed(String key, Wish wish) {
    return wish.values().entries().values().stream()
        .map(Values.Value::origin)
        .filter(origin -> origin.kind() == Origin.Kind.SPEC_FILE)
        .findFirst()
        .orElseGet(Origin::byDefault)
        .name(key);
  }

  private void twice(List<Found> found) {
    Map<String, List<String>> names = new LinkedHashMap<>();
    Map<String, List<String>> ids = new LinkedHashMap<>();
    for (Found one : found) {
      names
          .computeIfAbsent(one.standing().name(), name -> new ArrayList<>())
          .add(placed("name", one.wish()));
      one.wish()
          .values()
          .find("vmid")
          .ifPresent(
              id ->
                  ids.computeIfAbsent(id.raw().strip(), raw -> new ArrayList<>())
                      .add(id.origin().name("vmid")));
    }
    names.forEach(
        (name, where) -> twice(name, where, "What is wanted is known by its name.", "name"));
    ids.forEach((id, where) -> twice(id, where, "A VM ID is taken once in a cluster.", "vmid"));
  }

  private void twice(String what, List<String> where, String why, String key) {
    if (where.size() > 1) {
      problems.add(
          CoreSlug.INVALID_VALUE.problem(
              String.join("; ", where.stream().distinct().toList()),
              "'" + what + "' is wanted " + where.size() + " times.",
              why,
              "Give each document another " + key + "."));
    }
  }

  /** The plans of what is not there, with everything that hinders them now. */
  private List<Batch.Entry> missing(List<Found> found, Facts facts) {
    List<Batch.Entry> missing = new ArrayList<>();
    for (Found one : found) {
      if (one.standing() instanceof Standing.Missing(String name)) {
        Wish wish = one.wish();
        switch (wish.action().plan(wish.values(), facts)) {
          case Checked.Invalid<Plan>(List<Problem> wrong) ->
              wrong.forEach(problem -> problems.add(inItsDocument(problem, wish)));
          case Checked.Valid<Plan>(Plan plan) ->
              missing.add(Batch.Entry.of(wiring, wish.named(name), plan, facts));
        }
      }
    }
    return missing;
  }

  /** Tells of what is there; whether something is in the way of a wish. */
  private static boolean tell(List<Found> found, Summary summary) {
    boolean blocked = false;
    for (Found one : found) {
      switch (one.standing()) {
        case Standing.Missing _ -> {}
        case Standing.There there -> summary.add(there);
        case Standing.InTheWay way -> {
          summary.add(way);
          blocked = true;
        }
      }
    }
    return blocked;
  }
}
