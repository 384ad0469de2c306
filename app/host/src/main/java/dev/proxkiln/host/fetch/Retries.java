package dev.proxkiln.host.fetch;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.failsafe.function.CheckedSupplier;
import dev.proxkiln.core.port.Downloads.Watch;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.ProblemException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;

/** Tries again what may pass, with growing pauses, and turns what does not pass into a problem. */
final class Retries {
  private final Patience patience;
  private final Watch watch;

  Retries(Patience patience, Watch watch) {
    this.patience = patience;
    this.watch = watch;
  }

  /**
   * Runs something until it works.
   *
   * @param address what is downloaded, for problems
   * @throws ProblemException of the last {@link Passing}, or {@code stopped}
   */
  <T> T until(URI address, CheckedSupplier<T> attempt) throws IOException {
    RetryPolicy<T> policy =
        RetryPolicy.<T>builder()
            .handle(Passing.class)
            .withMaxAttempts(patience.tries())
            .withBackoff(patience.firstPause(), patience.longestPause())
            .withJitter(0.25)
            // A negative delay stands for the policy's own pauses.
            .withDelayFnOn(
                context ->
                    context.getLastException() instanceof Passing passing
                        ? passing.pause().map(Retries::atLeast).orElse(Duration.ofMillis(-1))
                        : Duration.ofMillis(-1),
                Passing.class)
            .onRetryScheduled(
                event ->
                    watch.note(
                        event.getLastException().getMessage()
                            + "; trying again in "
                            + seconds(event.getDelay())))
            .build();
    try {
      return Failsafe.with(policy).get(attempt);
    } catch (FailsafeException e) {
      switch (e.getCause()) {
        case Passing passing -> throw problem(address, passing);
        case InterruptedException _, InterruptedIOException _ -> throw stopped(address);
        case IOException io -> throw io;
        case null, default -> throw e;
      }
    }
  }

  /** The problem of trouble that did not pass. */
  static ProblemException problem(URI address, Passing passing) {
    return new ProblemException(
        passing
            .slug()
            .problem(
                address.toString(),
                "'" + address + "' cannot be downloaded",
                String.valueOf(passing.getMessage()),
                "check the network and try again; the download goes on where it stopped"),
        passing);
  }

  /** The problem of a stop that the user asked for. */
  static ProblemException stopped(URI address) {
    Thread.currentThread().interrupt();
    return CoreSlug.STOPPED.problem(address.toString(), "the download was stopped", "", "").raise();
  }

  /** The jitter takes up to a quarter away, and a server that asks for a pause is to have it. */
  private static Duration atLeast(Duration pause) {
    return pause.plus(pause.dividedBy(3));
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}
