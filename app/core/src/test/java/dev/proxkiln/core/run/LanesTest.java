package dev.proxkiln.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.plan.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LanesTest {
  private final Lanes lanes =
      new Lanes(
          step ->
              step.id().startsWith("free")
                  ? Optional.empty()
                  : Optional.of(Lanes.Lane.of("storage " + step.id(), 1)));

  private static Step step(String id) {
    return Step.Call.read(id, id, PveCall.get("/version"), Map.of());
  }

  private static final Turns.Queued NEVER =
      lane -> {
        throw new AssertionError("waits for " + lane);
      };

  @Test
  void onlyStepsOfTheSameLaneWaitForEachOther() throws Exception {
    try (Turns.Turn one = lanes.take(step("local"), NEVER);
        Turns.Turn other = lanes.take(step("zfs"), NEVER);
        Turns.Turn free = lanes.take(step("free"), NEVER);
        Turns.Turn freeToo = lanes.take(step("free"), NEVER)) {
      assertThat(List.of(one, other, free, freeToo)).hasSize(4);
    }
    lanes.take(step("local"), NEVER).close();
  }

  @Test
  void whoeverWaitedFirstGoesFirst() throws Exception {
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    try (Turns.Turn held = lanes.take(step("local"), NEVER)) {
      for (int i = 0; i < 5; i++) {
        int me = i;
        CountDownLatch waits = new CountDownLatch(1);
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      try (Turns.Turn turn = lanes.take(step("local"), lane -> waits.countDown())) {
                        order.add(me);
                      } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                      }
                    }));
        waits.await();
      }
      assertThat(order).isEmpty();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(order).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void oneThatIsStoppedWhileItWaitsLetsTheNextGo() throws Exception {
    CountDownLatch waits = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    try (Turns.Turn held = lanes.take(step("local"), NEVER)) {
      Thread thread =
          Thread.ofPlatform()
              .start(
                  () -> {
                    assertThatThrownBy(
                            () -> lanes.take(step("local"), lane -> waits.countDown()).close())
                        .isInstanceOf(InterruptedException.class);
                    gone.countDown();
                  });
      waits.await();
      thread.interrupt();
      gone.await();
    }
    lanes.take(step("local"), NEVER).close();
  }
}
