package dev.proxkiln.ui.run;

import dev.proxkiln.core.module.Advice;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.view.Phase;
import dev.proxkiln.core.view.RunView;
import dev.proxkiln.ui.Amounts;
import dev.proxkiln.ui.screen.Errands;
import dev.proxkiln.ui.screen.Frame;
import dev.proxkiln.ui.screen.Hint;
import dev.proxkiln.ui.screen.Ink;
import dev.proxkiln.ui.screen.Key;
import dev.proxkiln.ui.screen.Keys;
import dev.proxkiln.ui.screen.Next;
import dev.proxkiln.ui.screen.Page;
import dev.proxkiln.ui.screen.Sheet;
import dev.proxkiln.ui.screen.Size;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A run at its end: what was made and what can be done with it, or that all was taken back. */
final class ResultPage implements Page {
  private static final int VALUE = 21;
  private static final int MOST_FACTS = 7;

  private final RunDesk desk;
  private final RunView run;
  private List<Advice> advice = List.of();
  private Optional<Problem> trouble = Optional.empty();

  ResultPage(RunDesk desk, RunView run) {
    this.desk = desk;
    this.run = run;
  }

  @Override
  public void shown(Errands errands) {
    if (run.phase() == Phase.DONE) {
      errands.run(
          () -> desk.advice(run),
          found -> advice = found,
          problems -> trouble = problems.stream().findFirst());
    }
  }

  @Override
  public Frame draw(Size size) {
    boolean done = run.phase() == Phase.DONE;
    Sheet sheet =
        new Sheet(
                size,
                run.plan().title() + " > " + (done ? "Done" : "Taken back"),
                RunRows.place(run))
            .keys(hints());
    trouble.ifPresent(sheet::problem);
    Frame frame = sheet.frame();
    int row = sheet.top() + 1;
    frame.put(row, 3, done ? Ink.GOOD : Ink.WARNING, done ? "\u2713" : "-");
    frame.put(row++, 6, Ink.HEADING, headline(done));
    if (run.warnings() > 0) {
      frame.put(
          row++,
          6,
          Ink.WARNING,
          run.warnings()
              + (run.warnings() == 1 ? " warning" : " warnings")
              + ": o shows the output");
    }
    row++;
    row = facts(frame, row, sheet.bottom());
    advice(frame, row + 1, sheet.bottom());
    return frame;
  }

  private String headline(boolean done) {
    if (done) {
      String time = run.elapsed().isZero() ? "" : " in " + Amounts.whole(run.elapsed());
      return "All " + run.steps().size() + " steps are done" + time + ".";
    }
    return "Everything that this run made was taken back.";
  }

  private int facts(Frame frame, int from, int end) {
    int row = from;
    for (Map.Entry<String, Map<String, String>> fact : run.announced().entrySet()) {
      int shown = 0;
      for (Map.Entry<String, String> value : fact.getValue().entrySet()) {
        if (row >= end - 6 || shown++ >= MOST_FACTS || value.getValue().isBlank()) {
          continue;
        }
        frame.put(row, 6, VALUE, Ink.DIM, value.getKey());
        frame.put(row++, VALUE, frame.size().columns() - 1, Ink.VALUE, value.getValue());
      }
    }
    return row;
  }

  private void advice(Frame frame, int from, int end) {
    int row = from;
    if (advice.isEmpty() || row >= end - 2) {
      return;
    }
    frame.put(row++, 3, Ink.HEADING, "What next?");
    for (Advice one : advice) {
      if (row >= end) {
        return;
      }
      frame.put(row, 6, 32, Ink.PLAIN, one.about());
      frame.put(row++, 33, frame.size().columns() - 1, Ink.CHOSEN, one.command());
    }
  }

  @Override
  public Next key(Key key) {
    if (Keys.ENTER.is(key)) {
      return new Next.Home();
    }
    if (Keys.BACK.is(key)) {
      return Next.pop();
    }
    if (Keys.OUTPUT.is(key)) {
      return Next.push(LinesPage.output(desk, run));
    }
    if (Keys.DETAILS.is(key)) {
      return Next.push(LinesPage.details(desk, run));
    }
    if (Keys.SHELL.is(key)) {
      return new Next.Aside(desk::shell);
    }
    return Keys.QUIT.is(key) ? Next.leave(run.phase() == Phase.DONE ? 0 : 4) : Next.stay();
  }

  @Override
  public List<Hint> hints() {
    return List.of(
        new Hint(Keys.ENTER, "menu"),
        new Hint(Keys.OUTPUT, "output"),
        new Hint(Keys.DETAILS, "details"),
        new Hint(Keys.SHELL, "shell"),
        new Hint(Keys.QUIT, "quit"));
  }
}
