package dev.proxkiln.core.run;

import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Does several jobs side by side, so many at once. What happens to one changes nothing for the
 * others; when a stop is asked for, those under way end and no further one begins.
 */
public final class Fleet {
  private final int width;
  private final InstantSource clock;

  /**
   * A fleet.
   *
   * @param width how many jobs run at once, at least 1
   */
  public Fleet(int width, InstantSource clock) {
    this.width = Math.max(1, width);
    this.clock = clock;
  }

  /** Something to do. */
  public interface Job {
    /** For people; unique in its fleet. */
    String name();

    /**
     * Does it.
     *
     * @throws ProblemException when it cannot even begin
     */
    Outcome run(Stop stop);
  }

  /**
   * What became of a job.
   *
   * @param outcome how its run ended; empty when there was none
   * @param problems why there was no run; empty where there was one
   * @param took how long it took, waiting for others included
   */
  public record Ended(
      String name, Optional<Outcome> outcome, List<Problem> problems, Duration took) {
    public Ended {
      problems = List.copyOf(problems);
    }

    /** Whether everything was done. */
    public boolean ok() {
      return outcome.filter(o -> o.exitCode() == 0).isPresent();
    }

    /** Whether the user stopped it. */
    public boolean stopped() {
      return outcome.filter(Outcome::stopped).isPresent();
    }

    /** Why it did not go through: of its run, or why there was none. */
    public List<Problem> reasons() {
      return outcome.map(Outcome::problems).orElse(problems);
    }
  }

  /**
   * Does jobs until there are none left, or a stop is asked for.
   *
   * @param next gives the next job, empty when there is none; called by one thread at a time, and
   *     by each worker until it gets nothing
   * @param ended told of each job as it ends, by one thread at a time
   */
  public void run(Supplier<Optional<? extends Job>> next, Stop stop, Consumer<Ended> ended) {
    AtomicReference<@Nullable Throwable> trouble = new AtomicReference<>();
    Object one = new Object();
    List<Thread> workers = new ArrayList<>();
    for (int i = 1; i <= width; i++) {
      workers.add(
          Thread.ofPlatform()
              .name("run-" + i)
              .start(
                  () -> {
                    try {
                      work(next, stop, ended, one, trouble);
                    } catch (Throwable e) {
                      trouble.compareAndSet(null, e);
                    }
                  }));
    }
    workers.forEach(Fleet::join);
    switch (trouble.get()) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }

  /** Does a list of jobs. */
  public List<Ended> run(List<? extends Job> jobs, Stop stop) {
    List<Ended> all = new ArrayList<>();
    Deque<Job> left = new ArrayDeque<>(jobs);
    run(() -> Optional.ofNullable(left.poll()), stop, all::add);
    return all;
  }

  private void work(
      Supplier<Optional<? extends Job>> next,
      Stop stop,
      Consumer<Ended> ended,
      Object one,
      AtomicReference<@Nullable Throwable> trouble) {
    while (!stop.wanted() && trouble.get() == null) {
      Optional<? extends Job> job;
      synchronized (one) {
        job = next.get();
      }
      if (job.isEmpty()) {
        return;
      }
      Ended end = done(job.get(), stop);
      synchronized (one) {
        ended.accept(end);
      }
    }
  }

  private Ended done(Job job, Stop stop) {
    Instant begun = clock.instant();
    Optional<Outcome> outcome = Optional.empty();
    List<Problem> problems = List.of();
    try {
      outcome = Optional.of(job.run(stop));
    } catch (ProblemException e) {
      problems = e.problems();
    } catch (RuntimeException e) {
      LoggerFactory.getLogger(Fleet.class).error("unexpected", e);
      problems =
          List.of(
              CoreSlug.UNEXPECTED.problem(
                  job.name(),
                  "proxkiln made a mistake: " + e,
                  "This is a bug, not your fault.",
                  "Look into the log, and report it."));
    }
    return new Ended(job.name(), outcome, problems, Duration.between(begun, clock.instant()));
  }

  private static void join(Thread worker) {
    boolean interrupted = false;
    while (true) {
      try {
        worker.join();
        break;
      } catch (InterruptedException e) {
        // The workers have heard of it by the stop; what they made must be taken back first.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
