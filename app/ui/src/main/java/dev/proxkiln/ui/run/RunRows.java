package dev.proxkiln.ui.run;

import dev.proxkiln.core.plan.PlanText;
import dev.proxkiln.core.view.RunView;
import dev.proxkiln.core.view.StepView;
import dev.proxkiln.ui.Amounts;
import dev.proxkiln.ui.StepText;
import dev.proxkiln.ui.screen.Frame;
import dev.proxkiln.ui.screen.Ink;
import java.util.List;
import java.util.Optional;

/** Draws the steps of a run, a row each, and bars. */
final class RunRows {
  private static final int NUMBER = 8;
  private static final int KIND = 10;
  private static final int LABEL = 20;

  /** Where a label ends beside the bar of its step. */
  private static final int SHORT = 40;

  private static final int BAR = 14;

  private RunRows() {}

  /** Steps around the one that is under way, between two rows; those before it may be one row. */
  static int steps(Frame frame, int from, int end, RunView run) {
    List<StepView> steps = run.steps();
    int height = end - from;
    int here = run.current().map(StepView::number).orElse((int) run.done());
    int top = 0;
    int row = from;
    if (steps.size() > height) {
      // So that the current one has some that follow below it.
      top = Math.clamp(here - Math.max(2, height * 2 / 3), 0, steps.size() - height + 1);
      if (top > 0) {
        StepView last = steps.get(top - 1);
        boolean good =
            steps.subList(0, top).stream().allMatch(s -> s.state() == StepView.State.DONE);
        mark(frame, row, good ? StepView.State.DONE : last.state());
        frame.put(
            row++,
            6,
            Ink.DIM,
            top == 1 ? "1  1 step before" : "1-" + top + "  " + top + " steps before");
      }
    }
    int shown = top;
    while (shown < steps.size() && row < end) {
      if (row == end - 1 && shown < steps.size() - 1) {
        frame.put(row++, 10, Ink.DIM, "\u2026 and " + (steps.size() - shown) + " more");
        break;
      }
      step(frame, row++, steps.get(shown++));
    }
    return row;
  }

  /** One step. */
  static void step(Frame frame, int row, StepView step) {
    int edge = frame.size().columns() - 1;
    mark(frame, row, step.state());
    boolean later = step.state() == StepView.State.OPEN;
    Ink ink = step.state().live() ? Ink.HEADING : later ? Ink.DIM : Ink.PLAIN;
    frame.putRight(row, NUMBER, ink, Integer.toString(step.number()));
    frame.put(row, KIND, ink, PlanText.kind(step.step()));
    Optional<StepView.Amount> amount = step.amount().filter(_ -> step.state().live());
    if (amount.flatMap(StepView.Amount::share).isPresent()) {
      frame.put(row, LABEL, SHORT, ink, step.step().label());
      int at = bar(frame, row, SHORT + 1, BAR, amount.flatMap(StepView.Amount::share).orElse(0.0));
      frame.put(row, at + 1, edge, Ink.PLAIN, moved(amount.get()));
      return;
    }
    String end = end(step);
    int room = edge - Frame.width(end) - 2;
    frame.put(row, LABEL, end.isEmpty() ? edge : room, ink, step.step().label());
    frame.putRight(row, edge, endInk(step), end);
  }

  /** The share and the amounts, as far as there is room; the rate stands below. */
  private static String moved(StepView.Amount amount) {
    return String.format("%3d %%  ", Math.round(100 * amount.share().orElse(0.0)))
        + Amounts.bytes(amount.done(), amount.total());
  }

  private static String end(StepView step) {
    String time = step.took().isZero() ? "" : Amounts.time(step.took());
    return switch (step.state()) {
      case OPEN -> "";
      case QUEUED -> "waits for " + step.lane();
      case RUNNING -> step.amount().isPresent() ? StepText.state(step) : time;
      case DONE ->
          step.warnings() == 0
              ? time
              : step.warnings() + (step.warnings() == 1 ? " warning  " : " warnings  ") + time;
      case BEGUN -> "cut off";
      case FAILED, STOPPED, UNDONE, LEFT -> step.state().word();
    };
  }

  private static Ink endInk(StepView step) {
    return switch (step.state()) {
      case OPEN, DONE -> step.warnings() > 0 ? Ink.WARNING : Ink.DIM;
      case QUEUED, RUNNING, UNDONE -> Ink.PLAIN;
      case BEGUN, STOPPED, LEFT -> Ink.WARNING;
      case FAILED -> Ink.ERROR;
    };
  }

  private static void mark(Frame frame, int row, StepView.State state) {
    switch (state) {
      case OPEN -> frame.put(row, 3, Ink.DIM, "\u00b7");
      case QUEUED, RUNNING -> frame.put(row, 3, Ink.CHOSEN, "\u203a");
      case DONE -> frame.put(row, 3, Ink.GOOD, "\u2713");
      case FAILED -> frame.put(row, 3, Ink.ERROR, "\u2717");
      case BEGUN, STOPPED, LEFT -> frame.put(row, 3, Ink.WARNING, "\u2717");
      case UNDONE -> frame.put(row, 3, Ink.DIM, "-");
    }
  }

  /**
   * A bar.
   *
   * @param share 0 to 1
   * @return the column behind it
   */
  static int bar(Frame frame, int row, int column, int width, double share) {
    int full = (int) Math.round(Math.clamp(share, 0, 1) * width);
    int at = frame.put(row, column, Ink.GOOD, "\u2588".repeat(full));
    return frame.put(row, at, Ink.DIM, "\u2591".repeat(width - full));
  }

  /** The bar of the whole run with the time that it has taken and may still take. */
  static void whole(Frame frame, int row, RunView run) {
    int at = bar(frame, row, 3, 24, run.share());
    StringBuilder text = new StringBuilder();
    text.append(String.format(" %3d %%   ", Math.round(100 * run.share())));
    text.append(Amounts.whole(run.elapsed()));
    run.left()
        .ifPresent(left -> text.append(", about ").append(Amounts.whole(left)).append(" left"));
    frame.put(row, at, frame.size().columns() - 1, Ink.PLAIN, text.toString());
  }

  /** What stands at the right of the first row. */
  static String place(RunView run) {
    return run.plan().node() + "   " + run.id();
  }
}
