package dev.proxkiln.cli.run;

import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.ui.Review;
import java.util.List;
import java.util.Optional;

/** Gets the user's consent to what runs will do: shows it, then asks on the terminal. */
public final class Agreement {
  private final Outside outside;
  private final Invocation invocation;

  public Agreement(Outside outside, Invocation invocation) {
    this.outside = outside;
    this.invocation = invocation;
  }

  /**
   * Gets the user's consent to plans.
   *
   * @throws ProblemException {@code consent-missing}, {@code declined}
   */
  public void to(List<Plan> plans) {
    toOrChange(plans, Optional.empty());
  }

  /**
   * Gets the user's consent to plans, or the wish for other settings.
   *
   * @param call the command line that gives these plans, where settings may be changed
   * @return false when settings are to be changed
   */
  public boolean toOrChange(List<Plan> plans, Optional<String> call) {
    if (invocation.switches().yes()) {
      return true;
    }
    Review.Answer answer = mayAsk() ? review().consent(plans, call) : Review.Answer.NOBODY;
    if (answer == Review.Answer.CHANGE) {
      return false;
    }
    Plan plan = plans.getFirst();
    String what =
        plans.size() == 1
            ? "'" + plan.title() + "' would change node '" + plan.node() + "'"
            : plans.size() + " plans would change node '" + plan.node() + "'";
    heed(
        answer,
        what + " without consent.",
        "Add --yes to run it, or --dry-run to see what it would do.");
    return true;
  }

  /**
   * Gets the user's consent to running the queue.
   *
   * @throws ProblemException {@code consent-missing}, {@code declined}
   */
  public void toQueue(List<String> wishes) {
    if (!invocation.switches().yes()) {
      heed(
          mayAsk() ? review().queue(wishes) : Review.Answer.NOBODY,
          "Running the queue would do what it holds without consent.",
          "Add --yes to run it; see what it holds with: proxkiln queue list");
    }
  }

  /**
   * Gets the user's consent to taking back what a finished run made.
   *
   * @throws ProblemException {@code consent-missing}, {@code declined}
   */
  void toUndo(String run, Plan plan) {
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
      // Only who can change settings is asked whether to.
      case YES, CHANGE -> {}
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
