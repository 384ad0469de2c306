package dev.proxkiln.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventTreeTest {
  private static final Step STEP =
      Step.Call.read("one", "Read it", PveCall.get("/version"), Map.of());
  private static final Step AFTER =
      Step.Call.read("after", "Note it", PveCall.get("/version"), Map.of());
  private static final Plan PLAN =
      new Plan("x", "Read", "sandbox", "pve", List.of(STEP), List.of(AFTER));
  private static final Problem PROBLEM =
      CoreSlug.DEADLINE_PASSED.problem("step one", "Too late.", "It slept.", "Wake it.");

  static Stream<RunEvent> events() {
    return Stream.of(
        new RunEvent.Started("r1", PLAN, true),
        new RunEvent.StepStarted("r1", STEP, 1, 1),
        new RunEvent.StepQueued("r1", STEP, "storage local"),
        new RunEvent.StepProgressed("r1", STEP, 3, -1),
        new RunEvent.StepPrinted("r1", STEP, "a line \"quoted\""),
        new RunEvent.StepFinished("r1", STEP, Duration.ofMillis(12), 2, Map.of("value", "7")),
        new RunEvent.StepFailed("r1", STEP, PROBLEM),
        new RunEvent.StepUndone("r1", STEP),
        new RunEvent.StepLeft("r1", AFTER, PROBLEM),
        new RunEvent.Announced("r1", "Read", Map.of("vmid", "7")),
        new RunEvent.Asked("r1", Request.STOP_NOW),
        new RunEvent.Paused("r1", STEP),
        new RunEvent.Finished("r1", "DONE", Duration.ofSeconds(3)),
        new RunEvent.Finished(
            "r1", "FAILED", Duration.ZERO, List.of(PROBLEM), List.of("qm destroy 7")));
  }

  @ParameterizedTest
  @MethodSource("events")
  void readsBackWhatItWrites(RunEvent event) {
    assertThat(EventTree.read(EventTree.of(event), PLAN)).contains(event);
  }

  @Test
  void everyEventIsTried() {
    assertThat(events().map(Object::getClass).distinct().map(Class::getSimpleName))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(RunEvent.class.getPermittedSubclasses()).map(Class::getSimpleName).toList());
  }

  @Test
  void leavesOutWhatItDoesNotKnow() {
    assertThat(EventTree.read(Map.of("event", "danced", "run", "r1"), PLAN)).isEmpty();
    assertThat(EventTree.read("text", PLAN)).isEmpty();
    assertThat(EventTree.read(null, PLAN)).isEmpty();
    Map<String, Object> other = new HashMap<>(EventTree.of(new RunEvent.StepUndone("r1", STEP)));
    other.put("step", "of another plan");
    assertThat(EventTree.read(other, PLAN)).isEmpty();
    assertThat(EventTree.read(Map.of("event", "asked", "request", "dance"), PLAN)).isEmpty();
  }
}
