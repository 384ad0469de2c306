package dev.proxkiln.cli;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.PlanText;
import dev.proxkiln.core.plan.PlanTree;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.ui.Review;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An action: plan, then print it or agree to it and run it. */
final class ActionRun {
  private final Outside outside;
  private final Wiring wiring;
  private final Invocation invocation;

  ActionRun(Outside outside, Wiring wiring, Invocation invocation) {
    this.outside = outside;
    this.wiring = wiring;
    this.invocation = invocation;
  }

  int run(Action<?> action) {
    Connection connection = wiring.connect(invocation);
    Plan plan = plan(action, connection.facts());
    Switches switches = invocation.switches();
    if (invocation.planning()) {
      print(plan, switches.format());
      return 0;
    }
    if (switches.dryRun()) {
      print(plan, invocation.globals().output().equals("json") ? "json" : "text");
      return 0;
    }
    agree(plan);
    return new Runs(outside, wiring, invocation).start(plan, connection);
  }

  /** Plans, or reports what is wrong with the settings and with what they point to, all at once. */
  private Plan plan(Action<?> action, Facts facts) {
    List<Problem> problems = new ArrayList<>(invocation.resolved().problems());
    Checked<Plan> checked = action.plan(invocation.values(), facts);
    if (checked instanceof Checked.Invalid<Plan>(List<Problem> more)) {
      problems.addAll(more);
    }
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
    return checked.orRaise();
  }

  private void print(Plan plan, String form) {
    String text =
        switch (form) {
          case "json" -> wiring.json().pretty(PlanTree.document(plan));
          case "sh" -> PlanText.script(plan);
          default -> PlanText.text(plan);
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
      outside.err().println("Plan " + plan.id() + " written to " + file + ".");
    }
  }

  /**
   * Gets the user's consent to a plan.
   *
   * @throws ProblemException {@code consent-missing}, {@code declined}
   */
  void agree(Plan plan) {
    if (!invocation.switches().yes()) {
      heed(
          mayAsk() ? review().consent(plan) : Review.Answer.NOBODY,
          "'" + plan.title() + "' would change node '" + plan.node() + "' without consent.",
          "Add --yes to run it, or --dry-run to see what it would do.");
    }
  }

  /**
   * Gets the user's consent to taking back what a finished run made.
   *
   * @throws ProblemException {@code consent-missing}, {@code declined}
   */
  void agreeToUndo(String run, Plan plan) {
    if (!invocation.switches().yes()) {
      heed(
          mayAsk() ? review().undo(run, plan) : Review.Answer.NOBODY,
          "Undoing run '" + run + "' removes what '" + plan.title() + "' made.",
          "Add --yes to do it.");
    }
  }

  private boolean mayAsk() {
    return !invocation.switches().noInput();
  }

  private Review review() {
    return new Review(outside.terminal(), outside.look().apply(invocation.globals().color()));
  }

  private void heed(Review.Answer answer, String what, String next) {
    switch (answer) {
      case YES -> {}
      case NO ->
          throw CliSlug.DECLINED.problem("", "Nothing was done.", "You did not agree.", "").raise();
      case NOBODY ->
          throw CliSlug.CONSENT_MISSING
              .problem(
                  "--yes",
                  what,
                  mayAsk()
                      ? "There is no terminal to ask on, and consent is never read from a pipe."
                      : "--no-input forbids to ask.",
                  next)
              .raise();
    }
  }
}
