package dev.proxkiln.cli.run;

import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.run.Outcome;
import dev.proxkiln.ui.Look;
import dev.proxkiln.ui.Pairs;
import dev.proxkiln.ui.ProblemText;
import java.util.Map;

/** Says how a run ended: what it made, what is wrong, what is left, what can be done now. */
final class RunReport {
  private final Outside outside;
  private final Wiring wiring;
  private final Invocation invocation;

  RunReport(Outside outside, Wiring wiring, Invocation invocation) {
    this.outside = outside;
    this.wiring = wiring;
    this.invocation = invocation;
  }

  /** Prints it; gives the exit code back. */
  int print(Outcome outcome, int code) {
    if (invocation.globals().output().equals("json")) {
      outside.out().println(wiring.json().line(RunTrees.of(outcome, code)));
    } else {
      announced(outcome);
    }
    Look look = outside.look().apply(invocation.globals().color());
    outside.err().print(ProblemText.of(outcome.problems(), look));
    if (!outcome.left().isEmpty()) {
      outside.err().println("What this run made is still there; these commands take it back:");
      outcome.left().forEach(command -> outside.err().println("  " + command));
    }
    hints(outcome);
    return code;
  }

  private void announced(Outcome outcome) {
    Look plain = outside.outLook().apply(invocation.globals().color());
    for (Map.Entry<String, Map<String, String>> fact : outcome.announced().entrySet()) {
      if (invocation.globals().output().equals("yaml")) {
        outside.out().print(wiring.yaml(Map.of(fact.getKey(), fact.getValue())));
      } else {
        outside.out().println(fact.getKey());
        Pairs.text(fact.getValue(), plain)
            .lines()
            .forEach(line -> outside.out().println("  " + line));
      }
    }
  }

  private void hints(Outcome outcome) {
    if (invocation.switches().quiet() && outcome.left().isEmpty()) {
      return;
    }
    String resume = "Go on:     proxkiln resume " + outcome.run();
    String undo = "Take back: proxkiln undo " + outcome.run();
    switch (outcome.state()) {
      case OPEN, FAILED -> {
        outside.err().println(resume);
        outside.err().println(undo);
      }
      case LEFT -> outside.err().println("Try again: proxkiln undo " + outcome.run());
      case UNDONE -> {
        outside
            .err()
            .println(
                outcome.touched()
                    ? "Everything that this run made was taken back."
                    : "Nothing was changed.");
      }
      case DONE -> {}
    }
  }
}
