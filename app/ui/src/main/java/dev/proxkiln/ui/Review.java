package dev.proxkiln.ui;

import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.PlanText;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.run.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** Shows a plan and asks for consent; asks what to do with a failed run. */
public final class Review {
  private final Terminal terminal;
  private final Look look;

  public Review(Terminal terminal, Look look) {
    this.terminal = terminal;
    this.look = look;
  }

  /** What the user said. */
  public enum Answer {
    YES,
    NO,
    /** Other settings are wanted. */
    CHANGE,
    /** There is no terminal to ask on. */
    NOBODY
  }

  /** A line a step, no calls: what will happen, in order. */
  static String summary(Plan plan) {
    StringBuilder out = new StringBuilder();
    out.append(plan.title()).append(" on node ").append(plan.node());
    out.append(" (").append(plan.target()).append(")\n");
    int count = plan.steps().size();
    out.append(count == 1 ? "This step" : "These " + count + " steps");
    out.append(" will run. Nothing has been changed yet.\n");
    int number = 1;
    for (Step step : plan.steps()) {
      out.append(String.format("%3d  %-9s %s%n", number++, PlanText.kind(step), step.label()));
    }
    return out.toString();
  }

  /** A line a plan. */
  static String summary(List<Plan> plans) {
    StringBuilder out = new StringBuilder();
    out.append("These ").append(plans.size());
    out.append(" plans will run. Nothing has been changed yet.\n");
    for (Plan plan : plans) {
      out.append("  ").append(plan.title()).append(" on node ").append(plan.node());
      out.append(" (").append(plan.target()).append("), ");
      int count = plan.steps().size();
      out.append(count).append(count == 1 ? " step\n" : " steps\n");
    }
    return out.toString();
  }

  /** Shows the plan on the terminal and asks whether to run it. */
  public Answer consent(Plan plan) {
    return consent(List.of(plan));
  }

  /** Shows plans on the terminal and asks whether to run them all. */
  public Answer consent(List<Plan> plans) {
    return consent(plans, Optional.empty());
  }

  /**
   * Shows plans on the terminal and asks whether to run them all.
   *
   * @param call the command line that gives these plans without questions; where there is one, the
   *     user may also want to change settings
   */
  public Answer consent(List<Plan> plans, Optional<String> call) {
    Optional<Terminal.Line> line = terminal.open();
    if (line.isEmpty()) {
      return Answer.NOBODY;
    }
    try (Terminal.Line open = line.get()) {
      boolean one = plans.size() == 1;
      open.out().print(look.fit(one ? summary(plans.getFirst()) : summary(plans)));
      call.ifPresent(
          words -> open.out().println(look.fit("Same thing without questions:\n  " + words)));
      List<String> answers =
          call.isPresent()
              ? List.of("yes", "no", "details", "change")
              : List.of("yes", "no", "details");
      while (true) {
        switch (open.ask(one ? "Run it?" : "Run them?", answers, "no")) {
          case "details" -> plans.forEach(p -> open.out().print(look.fit(PlanText.text(p))));
          case "change" -> {
            return Answer.CHANGE;
          }
          case "yes" -> {
            return Answer.YES;
          }
          default -> {
            return Answer.NO;
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Shows what the queue holds and asks whether to run it. */
  public Answer queue(List<String> wishes) {
    Optional<Terminal.Line> line = terminal.open();
    if (line.isEmpty()) {
      return Answer.NOBODY;
    }
    try (Terminal.Line open = line.get()) {
      open.out().println("This will be run:");
      wishes.forEach(wish -> open.out().println("  " + look.fit(wish)));
      return open.ask("Run it?", List.of("yes", "no"), "no").equals("yes") ? Answer.YES : Answer.NO;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks whether to take back what a finished run made. */
  public Answer undo(String run, Plan plan) {
    Optional<Terminal.Line> line = terminal.open();
    if (line.isEmpty()) {
      return Answer.NOBODY;
    }
    try (Terminal.Line open = line.get()) {
      open.out().println(look.fit("Run " + run + " is done: " + plan.title()));
      String question = "Remove what it made on node " + plan.node() + "?";
      return open.ask(question, List.of("yes", "no"), "no").equals("yes") ? Answer.YES : Answer.NO;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What to do with a run that failed and left something. */
  public enum Rescue {
    RETRY,
    UNDO,
    KEEP
  }

  /** Asks what to do; keeps where nobody answers. */
  public Rescue rescue(Outcome outcome) {
    Optional<Terminal.Line> line = terminal.open();
    if (line.isEmpty()) {
      return Rescue.KEEP;
    }
    try (Terminal.Line open = line.get()) {
      open.out().print(look.fit(ProblemText.of(outcome.problems(), look)));
      open.out().println("What exists now can be undone with:");
      outcome.left().forEach(command -> open.out().println("  " + look.fit(command)));
      return Rescue.valueOf(
          open.ask(
                  "Retry the step, undo what this run made, or keep it and leave?",
                  List.of("retry", "undo", "keep"),
                  "keep")
              .toUpperCase(java.util.Locale.ROOT));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
