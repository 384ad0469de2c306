package dev.proxkiln.core.view;

import dev.proxkiln.core.view.StepView.Amount;
import dev.proxkiln.core.view.StepView.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How far steps have come, and how long the rest may take.
 *
 * @param share of the work that is done, 0 to 1, by weights
 * @param left a guess at the time to the end; empty where there is no ground for one
 */
record Pacing(double share, Optional<Duration> left) {
  /** Before this much time was measured a guess is worth nothing. */
  private static final double GROUND = 1.0;

  /** A step that does not say how far it is counts as this far at most. */
  private static final double NEARLY = 0.9;

  static Pacing of(List<StepView> steps) {
    double whole = 0;
    double done = 0;
    double measured = 0;
    double seconds = 0;
    for (StepView step : steps) {
      whole += step.step().weight();
      if (step.state() == State.DONE) {
        done += step.step().weight();
        if (!step.took().isZero()) {
          measured += step.step().weight();
          seconds += seconds(step.took());
        }
      }
    }
    double perWeight = measured > 0 && seconds >= GROUND ? seconds / measured : 0;
    double open = 0;
    Optional<Double> rest = perWeight > 0 ? Optional.of(0.0) : Optional.empty();
    for (StepView step : steps) {
      switch (step.state()) {
        case RUNNING -> {
          double expected = perWeight * step.step().weight();
          done += step.step().weight() * share(step, expected);
          Optional<Double> byRate = step.amount().flatMap(Amount::left).map(Pacing::seconds);
          if (byRate.isPresent()) {
            rest = byRate;
            if (perWeight == 0) {
              // Nothing else was measured yet: the rest is taken to be as slow as this.
              perWeight = (seconds(step.took()) + byRate.get()) / step.step().weight();
            }
          } else {
            rest = rest.map(r -> Math.max(0, expected - seconds(step.took())));
          }
        }
        case OPEN, QUEUED, BEGUN -> open += step.step().weight();
        case DONE, FAILED, STOPPED, UNDONE, LEFT -> {}
      }
    }
    double later = open * perWeight;
    return new Pacing(
        whole == 0 ? 0 : Math.clamp(done / whole, 0, 1),
        rest.map(now -> Duration.ofSeconds(Math.round(now + later)))
            .filter(left -> left.toSeconds() > 0));
  }

  private static double share(StepView step, double expected) {
    return step.amount()
        .flatMap(Amount::share)
        .orElseGet(() -> expected > 0 ? Math.min(NEARLY, seconds(step.took()) / expected) : 0.0);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
