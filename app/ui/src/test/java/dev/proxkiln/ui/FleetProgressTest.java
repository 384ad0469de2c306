package dev.proxkiln.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.event.Events;
import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.CoreSlug;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FleetProgressTest {
  private static final Step IMAGE =
      Step.Call.read("image", "Fetch it", PveCall.get("/version"), Map.of());
  private static final Plan PLAN = new Plan("x", "Make it", "sandbox", "pve", List.of(IMAGE));

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Events events = new Events();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private FleetProgress progress(Look look) {
    FleetProgress progress =
        new FleetProgress(
            new PrintStream(bytes, true, StandardCharsets.UTF_8), look, () -> now, false, 2, 6);
    progress.watch(events);
    progress.name("r1", "debian");
    progress.name("r2", "alma");
    return progress;
  }

  private void bothRun() {
    events.publish(new RunEvent.Started("r1", PLAN, false));
    events.publish(new RunEvent.StepStarted("r1", IMAGE, 1, 1));
    events.publish(new RunEvent.Started("r2", PLAN, true));
    events.publish(new RunEvent.StepQueued("r2", IMAGE, "storage local"));
    events.publish(new RunEvent.StepProgressed("r1", IMAGE, 1, 4));
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aLineForWhatTookItsTimeAndForEveryEnd() {
    FleetProgress progress = progress(Look.plain());
    bothRun();
    now = now.plusSeconds(31);
    progress.tick();
    progress.tick();
    events.publish(new RunEvent.StepFinished("r1", IMAGE, Duration.ofSeconds(3), 0, Map.of()));
    events.publish(new RunEvent.StepFinished("r1", IMAGE, Duration.ofMillis(3), 0, Map.of()));
    events.publish(new RunEvent.Finished("r1", "DONE", Duration.ofSeconds(4)));
    events.publish(
        new RunEvent.StepFailed("r2", IMAGE, CoreSlug.UNEXPECTED.problem("", "no", "", "")));
    events.publish(new RunEvent.Finished("r2", "UNDONE", Duration.ofSeconds(5)));
    progress.tick();
    assertThat(text())
        .isEqualTo(
            """
            debian  run r1
            alma    goes on where it stopped, run r2
            0 of 2 done; debian image 25 %, alma waits for storage local
            debian  image: Fetch it ... done  3.0 s
            debian  done  4.0 s  (1 of 2)
            alma    image: Fetch it ... failed
            alma    not done  5.0 s  (2 of 2)
            """);
  }

  @Test
  void aLineBelowThatIsDrawnOverAndNeverTooLong() {
    FleetProgress progress = progress(new Look(true, false, true, () -> 40));
    bothRun();
    progress.tick();
    assertThat(text()).contains("\r0 of 2 done; debian image 25 %, alma wa\u001b[K");
    progress.end();
    assertThat(text()).endsWith("\r\u001b[K");
  }
}
