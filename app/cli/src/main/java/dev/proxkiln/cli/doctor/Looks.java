package dev.proxkiln.cli.doctor;

import dev.proxkiln.core.module.Finding;
import dev.proxkiln.core.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Looks that are taken side by side; none keeps the others waiting for longer than a while. */
public final class Looks implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Look> started = new ArrayList<>();
  private final Duration most;
  private final long end;

  private record Look(String about, Future<List<Finding>> findings) {}

  /**
   * No looks yet.
   *
   * @param most how long all of them together may take, from now on
   */
  public Looks(Duration most) {
    this.most = most;
    this.end = System.nanoTime() + most.toNanos();
  }

  /**
   * Starts a look.
   *
   * @param about what is said where it fails
   */
  public void start(String about, Supplier<List<Finding>> look) {
    started.add(new Look(about, threads.submit(look::get)));
  }

  /** What all of them found, each finding once, in the order in which they were started. */
  public List<Finding> findings() {
    return started.stream().flatMap(look -> found(look).stream()).distinct().toList();
  }

  private List<Finding> found(Look look) {
    try {
      return look.findings().get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return List.of(
          Finding.bad(
              look.about(), "There was no answer within " + most.toSeconds() + " s.", "uptime"));
    } catch (ExecutionException e) {
      return e.getCause() instanceof ProblemException problems
          ? problems.problems().stream()
              .map(problem -> Finding.of(look.about(), Finding.State.BAD, problem))
              .toList()
          : List.of(
              Finding.bad(
                  look.about(), "It cannot be looked at: " + e.getCause(), "proxkiln logs"));
    } catch (InterruptedException | CancellationException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  /** Lets go of those that are still at it. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
