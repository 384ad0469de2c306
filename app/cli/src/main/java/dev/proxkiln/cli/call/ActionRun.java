package dev.proxkiln.cli.call;

import dev.proxkiln.cli.command.CallLine;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.command.Switches;
import dev.proxkiln.cli.node.Connection;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.cli.queue.QueueCommands;
import dev.proxkiln.cli.run.Agreement;
import dev.proxkiln.cli.run.AnswerFile;
import dev.proxkiln.cli.run.Background;
import dev.proxkiln.cli.run.Batch;
import dev.proxkiln.cli.run.Runs;
import dev.proxkiln.cli.run.Wish;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.PlanText;
import dev.proxkiln.core.plan.PlanTree;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.spec.Checked;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** An action: plan, then print it or agree to it and run it. */
public final class ActionRun {
  private final Outside outside;
  private final Wiring wiring;
  private final Invocation invocation;

  public ActionRun(Outside outside, Wiring wiring, Invocation invocation) {
    this.outside = outside;
    this.wiring = wiring;
    this.invocation = invocation;
  }

  int run(Action<?> action) {
    Connection connection = wiring.connect(invocation);
    Facts facts = connection.facts();
    Asking asking = new Asking(outside, wiring);
    if (invocation.queueing()) {
      Invocation whole = asking.completed(invocation, facts);
      List<Wish> wishes = new ActionRun(outside, wiring, whole).wishes(action);
      return new QueueCommands(outside, wiring).add(whole, wishes, connection);
    }
    OptionalInt shown = asking.onScreen(invocation, facts);
    if (shown.isPresent()) {
      return shown.getAsInt();
    }
    Invocation now = asking.completed(invocation, facts);
    while (true) {
      ActionRun run = new ActionRun(outside, wiring, now);
      List<Batch.Entry> entries = run.plans(action, facts);
      List<Plan> plans = entries.stream().map(Batch.Entry::plan).toList();
      if (run.printed(plans, facts)) {
        return 0;
      }
      if (new Agreement(outside, now).toOrChange(plans, Optional.of(CallLine.of(now)))) {
        return run.start(entries, connection);
      }
      now = asking.changed(now, facts);
    }
  }

  /** Whether printing the plans is all that is wanted. */
  private boolean printed(List<Plan> plans, Facts facts) {
    Switches switches = invocation.switches();
    if (switches.answers().isPresent()) {
      saveAnswers(switches.answers().get(), facts);
    }
    if (invocation.planning()) {
      print(plans, switches.format());
      return true;
    }
    if (switches.dryRun()) {
      print(plans, invocation.globals().output().equals("json") ? "json" : "text");
      return true;
    }
    return false;
  }

  private int start(List<Batch.Entry> entries, Connection connection) {
    if (invocation.switches().detach()) {
      return detached(entries, connection);
    }
    return entries.size() == 1
        ? new Runs(outside, wiring, invocation).start(entries.getFirst().plan(), connection)
        : new Batch(outside, wiring, invocation).start(entries, connection);
  }

  private int detached(List<Batch.Entry> entries, Connection connection) {
    if (entries.size() == 1) {
      String run =
          new Runs(outside, wiring, invocation).detached(entries.getFirst().plan(), connection);
      return new Background(outside, wiring).started(invocation, "run", run);
    }
    String batch = new Background(outside, wiring).batch(entries, invocation.globals()).id();
    return new Background(outside, wiring).started(invocation, "batch", batch);
  }

  private List<Wish> wishes(Action<?> action) {
    if (!invocation.resolved().problems().isEmpty()) {
      throw new ProblemException(invocation.resolved().problems());
    }
    return action.each(invocation.values()).orRaise().stream()
        .map(values -> Wish.of(action, values, invocation.resolved().aside()))
        .toList();
  }

  /** Plans, or reports what is wrong with the settings and with what they point to, all at once. */
  public List<Batch.Entry> plans(Action<?> action, Facts facts) {
    List<Problem> problems = new ArrayList<>(invocation.resolved().problems());
    List<Batch.Entry> entries = new ArrayList<>();
    switch (action.each(invocation.values())) {
      case Checked.Invalid<List<Values>>(List<Problem> wrong) -> problems.addAll(wrong);
      case Checked.Valid<List<Values>>(List<Values> each) -> {
        for (Values values : each) {
          switch (action.plan(values, facts)) {
            case Checked.Invalid<Plan>(List<Problem> wrong) -> problems.addAll(wrong);
            case Checked.Valid<Plan>(Plan plan) ->
                entries.add(
                    Batch.Entry.of(
                        wiring,
                        Wish.of(action, values, invocation.resolved().aside()),
                        plan,
                        facts));
          }
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new ProblemException(problems.stream().distinct().toList());
    }
    return entries;
  }

  private void saveAnswers(String name, Facts facts) {
    invocation.resolved().aside().forEach(new DefinitionCommands(outside, wiring)::keepSecret);
    Path file = outside.folder().resolve(name);
    wiring.files().write(file.toString(), AnswerFile.text(wiring, invocation, facts), 0640);
    if (!invocation.switches().quiet()) {
      outside.err().println("Settings written to " + name + ".");
    }
  }

  /** Prints plans: {@code text}, {@code json} or {@code sh}. */
  public void print(List<Plan> plans, String form) {
    if (plans.size() > 1 && form.equals("sh")) {
      throw CliSlug.BAD_USAGE
          .problem(
              "--format",
              "A script is for one plan, and these are " + plans.size() + ".",
              "",
              "Ask for one at a time.")
          .raise();
    }
    String text =
        switch (form) {
          case "json" ->
              wiring
                  .json()
                  .pretty(
                      plans.size() == 1
                          ? PlanTree.document(plans.getFirst())
                          : Map.of("plans", plans.stream().map(PlanTree::document).toList()));
          case "sh" -> PlanText.script(plans.getFirst());
          default -> plans.stream().map(PlanText::text).collect(Collectors.joining("\n"));
        };
    if (invocation.switches().file().isEmpty()) {
      outside.out().print(text);
      return;
    }
    String file = invocation.switches().file().get();
    if (file.equals("json") || file.equals("yaml") || file.equals("table")) {
      throw CliSlug.BAD_USAGE
          .problem(
              "-o",
              "'" + file + "' is the file that the plan would go to.",
              "",
              "Give --format json.")
          .raise();
    }
    Path path = outside.folder().resolve(file);
    wiring.files().write(path.toString(), text, form.equals("sh") ? 0755 : 0644);
    if (!invocation.switches().quiet()) {
      plans.forEach(
          plan -> outside.err().println("Plan " + plan.id() + " written to " + file + "."));
    }
  }
}
