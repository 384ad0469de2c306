package dev.proxkiln.ui;

import dev.proxkiln.core.view.StepView;
import java.util.Optional;

/** A step of a run in words. */
public final class StepText {
  private StepText() {}

  /** Number, ID and label: {@code [ 2/9] image: Fetch debian-12}. */
  static String title(StepView step) {
    int digits = String.valueOf(step.of()).length();
    return String.format(
        "[%" + digits + "d/%d] %s: %s",
        step.number(),
        step.of(),
        step.step().id(),
        step.step().label());
  }

  /** Percent, amounts, rate and time left, as far as they are known; else the time it has taken. */
  public static String state(StepView step) {
    Optional<StepView.Amount> moved = step.amount();
    if (moved.isEmpty()) {
      return Amounts.time(step.took());
    }
    StepView.Amount amount = moved.get();
    StringBuilder out = new StringBuilder();
    if (amount.total() > 0) {
      out.append(percent(amount)).append(" %  ");
      out.append(Amounts.bytes(amount.done(), amount.total()));
    } else {
      out.append(Amounts.bytes(amount.done()));
    }
    if (amount.rate() >= 1) {
      out.append("  ").append(Amounts.bytes(amount.rate())).append("/s");
      amount
          .left()
          .ifPresent(left -> out.append("  about ").append(Amounts.whole(left)).append(" left"));
    }
    return out.toString();
  }

  /** What it waits for, the share that is done, or the time it has taken, in a few letters. */
  static String brief(StepView step) {
    if (step.state() == StepView.State.QUEUED) {
      return "waits for " + step.lane();
    }
    return step.step().id()
        + " "
        + step.amount()
            .filter(amount -> amount.total() > 0)
            .map(amount -> percent(amount) + " %")
            .orElseGet(() -> Amounts.whole(step.took()));
  }

  private static long percent(StepView.Amount amount) {
    return 100 * amount.done() / amount.total();
  }
}
