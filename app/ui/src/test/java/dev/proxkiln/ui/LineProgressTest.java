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

class LineProgressTest {
  private static final Step IMAGE =
      Step.Call.read("image", "Fetch debian-12", PveCall.get("/version"), Map.of());
  private static final Step CREATE =
      Step.Call.read("create", "Create VM 9000", PveCall.get("/version"), Map.of());
  private static final Plan PLAN =
      new Plan("x", "Create a template", "sandbox", "pve", List.of(IMAGE, CREATE), List.of());
  private static final long MIB = 1 << 20;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Events events = new Events();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private LineProgress progress;

  private void watch(Look look, boolean chatty) {
    PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    progress = new LineProgress(err, look, () -> now, chatty);
    progress.watch(events);
    events.publish(new RunEvent.Started("r1", PLAN, false));
    events.publish(new RunEvent.StepStarted("r1", IMAGE, 1, 2));
  }

  private void at(double seconds, long done, long total) {
    now = Instant.parse("2026-01-01T00:00:00Z").plusMillis((long) (seconds * 1000));
    events.publish(new RunEvent.StepProgressed("r1", IMAGE, done, total));
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void printsALineEveryFewSecondsWhereNothingCanBeDrawnOver() {
    watch(Look.plain(), false);
    at(1, 0, 330 * MIB);
    at(2, 35 * MIB, 330 * MIB);
    at(7, 210 * MIB, 330 * MIB);
    at(8, 245 * MIB, 330 * MIB);
    events.publish(new RunEvent.StepFinished("r1", IMAGE, Duration.ofMillis(11_200), 0, Map.of()));
    events.publish(new RunEvent.StepStarted("r1", CREATE, 2, 2));
    events.publish(new RunEvent.StepFinished("r1", CREATE, Duration.ofMillis(400), 1, Map.of()));
    assertThat(text())
        .isEqualTo(
            """
            Run r1: Create a template
            [1/2] image: Fetch debian-12 ... 63 %  210 of 330 MiB  35 MiB/s  about 3 s left
            [1/2] image: Fetch debian-12 ... done  11 s
            [2/2] create: Create VM 9000 ... done  0.4 s  1 warning
            """);
  }

  @Test
  void drawsOverTheLineOfTheRunningStepOnATerminal() {
    watch(new Look(true, false, true, () -> 60), false);
    at(1, 10 * MIB, 100 * MIB);
    at(3, 50 * MIB, 100 * MIB);
    String drawn = text();
    String last = drawn.substring(drawn.lastIndexOf('\r') + 1).replace("\u001b[K", "");
    assertThat(last).contains("50 %  50 of 100 MiB  20 MiB/s").hasSizeLessThan(60);
    events.publish(new RunEvent.StepFinished("r1", IMAGE, Duration.ofSeconds(4), 0, Map.of()));
    assertThat(text()).endsWith("\r\u001b[K[1/2] image: Fetch debian-12 ... done  4.0 s\n");
  }

  @Test
  void keepsEveryLineWithinTheWidthOfATerminal() {
    watch(new Look(true, false, true, () -> 40), false);
    at(1, 10 * MIB, 100 * MIB);
    at(3, 50 * MIB, 100 * MIB);
    events.publish(new RunEvent.StepFinished("r1", IMAGE, Duration.ofSeconds(4), 0, Map.of()));
    assertThat(text().split("[\r\n]"))
        .allSatisfy(line -> assertThat(line.replace("\u001b[K", "")).hasSizeLessThan(40));
    assertThat(text()).contains("Fetch debi ... done  4.0 s\n");
  }

  @Test
  void saysThatAQuietStepStillRuns() {
    watch(Look.plain(), false);
    now = now.plusSeconds(29);
    progress.tick();
    assertThat(text()).doesNotContain("...");
    now = now.plusSeconds(2);
    progress.tick();
    progress.tick();
    assertThat(text()).endsWith("[1/2] image: Fetch debian-12 ... 31 s\n").containsOnlyOnce("...");
  }

  @Test
  void showsWarningsAlwaysAndOtherOutputOnlyWhenAsked() {
    watch(Look.plain(), false);
    events.publish(new RunEvent.StepPrinted("r1", IMAGE, "transferred 1 MiB"));
    events.publish(new RunEvent.StepPrinted("r1", IMAGE, "WARN: no space soon"));
    assertThat(text()).contains("WARN: no space soon").doesNotContain("transferred");
    bytes.reset();
    watch(Look.plain(), true);
    events.publish(new RunEvent.StepPrinted("r1", IMAGE, "transferred 1 MiB"));
    assertThat(text()).contains("transferred 1 MiB");
  }

  @Test
  void namesTheStepThatFailedAndWhatWasTakenBack() {
    watch(Look.plain(), false);
    events.publish(
        new RunEvent.StepFailed(
            "r1", IMAGE, CoreSlug.DEADLINE_PASSED.problem("", "too late", "", "")));
    events.publish(new RunEvent.StepUndone("r1", CREATE));
    events.publish(
        new RunEvent.StepLeft("r1", CREATE, CoreSlug.NOT_OURS.problem("", "not ours", "", "")));
    assertThat(text())
        .endsWith(
            """
            [1/2] image: Fetch debian-12 ... failed
                   undone: create: Create VM 9000
                   left: create: Create VM 9000: not ours
            """);
  }
}
