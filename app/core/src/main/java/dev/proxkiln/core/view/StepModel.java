package dev.proxkiln.core.view;

import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.view.StepView.Amount;
import dev.proxkiln.core.view.StepView.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of a step so far. */
final class StepModel {
  /** A rate of less time than this says nothing. */
  private static final double SHORTEST = 0.2;

  final Step step;
  State state = State.OPEN;
  String lane = "";
  Duration took = Duration.ZERO;
  int warnings;
  Map<String, String> outputs = Map.of();
  @Nullable Problem problem;
  private @Nullable Instant since;
  private long done;
  private long total = -1;
  private long firstDone = -1;
  private @Nullable Instant firstAt;

  StepModel(Step step) {
    this.step = step;
  }

  void queued(String behind) {
    state = State.QUEUED;
    lane = behind;
  }

  void started(Instant at) {
    state = State.RUNNING;
    since = at;
    lane = "";
    problem = null;
    done = 0;
    total = -1;
    firstDone = -1;
  }

  void progressed(long nowDone, long ofTotal, Instant at) {
    if (firstDone < 0) {
      firstDone = nowDone;
      firstAt = at;
    }
    done = nowDone;
    total = ofTotal;
  }

  void ended(State how, Duration after) {
    state = how;
    // Zero stands for not known.
    took = how == State.DONE && after.isZero() ? Duration.ofMillis(1) : after;
    lane = "";
  }

  /** How long it has taken so far, or took. */
  Duration took(Instant now) {
    Instant start = since;
    return state == State.RUNNING && start != null ? Duration.between(start, now) : took;
  }

  private Optional<Amount> amount(Instant now) {
    Instant first = firstAt;
    if (firstDone < 0 || first == null) {
      return Optional.empty();
    }
    double seconds = Duration.between(first, now).toMillis() / 1000.0;
    long rate = seconds > SHORTEST ? (long) ((done - firstDone) / seconds) : 0;
    return Optional.of(new Amount(done, total, rate));
  }

  StepView view(int number, int of, Instant now) {
    return new StepView(
        step,
        number,
        of,
        state,
        lane,
        took(now),
        amount(now),
        warnings,
        Optional.ofNullable(problem));
  }
}
