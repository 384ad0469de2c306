package dev.proxkiln.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.problem.CoreSlug;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FleetTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Outcome DONE =
      new Outcome("r1", RunState.State.DONE, List.of(), List.of(), false, true, 0, Map.of());

  private static Fleet.Job job(String name, Function<Stop, Outcome> work) {
    return new Fleet.Job() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Outcome run(Stop stop) {
        return work.apply(stop);
      }
    };
  }

  private static Fleet fleet(int width) {
    return new Fleet(width, () -> NOW);
  }

  @Test
  void soManyAtOnceAndNoMore() {
    CyclicBarrier three = new CyclicBarrier(3);
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Fleet.Job> jobs =
        IntStream.range(0, 9)
            .mapToObj(
                i ->
                    job(
                        "job " + i,
                        stop -> {
                          most.accumulateAndGet(now.incrementAndGet(), Math::max);
                          meet(three);
                          now.decrementAndGet();
                          return DONE;
                        }))
            .toList();
    assertThat(fleet(3).run(jobs, new Stop())).hasSize(9).allMatch(Fleet.Ended::ok);
    assertThat(most).hasValue(3);
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void oneFailureStopsNothing() {
    List<Fleet.Ended> ended =
        fleet(1)
            .run(
                List.of(
                    job("good", stop -> DONE),
                    job(
                        "refused",
                        stop -> {
                          throw CoreSlug.RUN_STATE.problem("", "no", "", "").raise();
                        }),
                    job(
                        "bug",
                        stop -> {
                          throw new IllegalStateException("oops");
                        }),
                    job("last", stop -> DONE)),
                new Stop());
    assertThat(ended)
        .extracting(Fleet.Ended::name, Fleet.Ended::ok)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("good", true),
            org.assertj.core.groups.Tuple.tuple("refused", false),
            org.assertj.core.groups.Tuple.tuple("bug", false),
            org.assertj.core.groups.Tuple.tuple("last", true));
    assertThat(ended.get(1).reasons().getFirst().slug()).isEqualTo("run-state");
    assertThat(ended.get(2).reasons().getFirst().slug()).isEqualTo("unexpected");
  }

  @Test
  void aStopLetsNoFurtherJobBegin() {
    List<String> begun = new ArrayList<>();
    Stop stop = new Stop();
    List<Fleet.Ended> ended =
        fleet(1)
            .run(
                List.of(
                    job(
                        "one",
                        s -> {
                          begun.add("one");
                          s.ask();
                          return DONE;
                        }),
                    job(
                        "two",
                        s -> {
                          begun.add("two");
                          return DONE;
                        })),
                stop);
    assertThat(begun).containsExactly("one");
    assertThat(ended).hasSize(1);
  }

  @Test
  void anErrorIsNoOutcome() {
    assertThatThrownBy(
            () ->
                fleet(2)
                    .run(
                        List.of(
                            job(
                                "gone",
                                stop -> {
                                  throw new AssertionError("gone");
                                })),
                        new Stop()))
        .isInstanceOf(AssertionError.class);
  }
}
