package dev.proxkiln.core.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.event.Request;
import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.run.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunModelTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final long MIB = 1 << 20;
  private static final Step FIND =
      Step.Call.read("vmid", "Find an ID", PveCall.get("/cluster/nextid"), Map.of("value", ""));
  private static final Step IMAGE =
      new Step.Download(
          "image",
          "Download it",
          new Fetch(
              "https://x/y",
              new Fetch.Pinned("sha256", "a"),
              "none",
              Optional.empty(),
              "raw",
              false),
          5);
  private static final Step COPY =
      new Step.Run(
          "copy",
          "Copy it",
          List.of(Text.of("cp")),
          Optional.empty(),
          Duration.ofMinutes(1),
          Probe.never(),
          List.of(Undo.Command.removing(Text.join("/made/", Text.output("run", "id")))),
          2);
  private static final Step CREATE =
      Step.Call.of(
              "create",
              "Create the VM",
              PveCall.post("/nodes/pve/qemu"),
              Probe.never(),
              new Undo.Api(
                  PveCall.delete("/nodes/pve/qemu/", Text.output("vmid", "value")),
                  Probe.never(),
                  Probe.never()))
          .weighing(2);
  private static final Step CLEAN = new Step.Discard("clean", "Remove the copy", COPY.undo());
  private static final Plan PLAN =
      new Plan("x", "Make it", "sandbox", "pve", List.of(FIND, IMAGE, COPY, CREATE, CLEAN));
  private static final Problem FULL =
      CoreSlug.COMMAND_FAILED.problem("step create", "No room.", "", "Make room.");
  private static final Problem STOPPED =
      CoreSlug.STOPPED.problem("step create", "Stopped.", "", "");

  private final RunModel model = new RunModel("r1", PLAN);

  private void at(double seconds, RunEvent event) {
    model.add(event, START.plusMillis((long) (seconds * 1000)));
  }

  private RunView view(double seconds) {
    return model.view(START.plusMillis((long) (seconds * 1000)));
  }

  private void done(double seconds, Step step, double took, Map<String, String> outputs) {
    at(seconds - took, new RunEvent.StepStarted("r1", step, 1, 5));
    at(
        seconds,
        new RunEvent.StepFinished("r1", step, Duration.ofMillis((long) (took * 1000)), 0, outputs));
  }

  private void untilCreate() {
    at(0, new RunEvent.Started("r1", PLAN, false));
    done(1, FIND, 1, Map.of("value", "9013"));
    done(6, IMAGE, 5, Map.of("path", "/cache/tiny.raw"));
    done(8, COPY, 2, Map.of("out", ""));
    at(8, new RunEvent.StepStarted("r1", CREATE, 4, 5));
  }

  @Test
  void countsStepsByTheirWeightAndGuessesTheRest() {
    assertThat(view(0).phase()).isEqualTo(Phase.WAITING);
    untilCreate();
    RunView view = view(9);
    assertThat(view.phase()).isEqualTo(Phase.RUNNING);
    assertThat(view.elapsed()).isEqualTo(Duration.ofSeconds(9));
    assertThat(view.done()).isEqualTo(3);
    // 8 of 11 are done and half of the 2 that are under way; a weight takes a second.
    assertThat(view.share()).isCloseTo(9 / 11.0, within(0.001));
    assertThat(view.left()).contains(Duration.ofSeconds(2));
    assertThat(view.current().orElseThrow().step()).isEqualTo(CREATE);
    assertThat(view.current().orElseThrow().took()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void believesBytesMoreThanWeights() {
    at(0, new RunEvent.Started("r1", PLAN, false));
    at(0, new RunEvent.StepStarted("r1", IMAGE, 2, 5));
    at(1, new RunEvent.StepProgressed("r1", IMAGE, 0, 100 * MIB));
    assertThat(view(1).left()).isEmpty();
    at(5, new RunEvent.StepProgressed("r1", IMAGE, 40 * MIB, 100 * MIB));
    StepView.Amount amount = view(5).current().orElseThrow().amount().orElseThrow();
    assertThat(amount.rate()).isEqualTo(10 * MIB);
    assertThat(amount.share()).contains(0.4);
    assertThat(amount.left()).contains(Duration.ofSeconds(6));
    // The other steps weigh 6, and this one of 5 takes 11 seconds.
    assertThat(view(5).left()).contains(Duration.ofSeconds(Math.round(6 + 6 * 11 / 5.0)));
  }

  @Test
  void tellsWhatExistsNow() {
    untilCreate();
    assertThat(view(9).made()).containsExactly("the image tiny.raw in the cache", "/made/r1");
    done(10, CREATE, 2, Map.of());
    done(11, CLEAN, 1, Map.of());
    assertThat(view(11).made()).containsExactly("the image tiny.raw in the cache", "VM 9013");
    at(12, new RunEvent.StepUndone("r1", CREATE));
    assertThat(view(12).phase()).isEqualTo(Phase.UNDOING);
    assertThat(view(12).made()).containsExactly("the image tiny.raw in the cache");
  }

  @Test
  void knowsPausesAndStopsFromFailures() {
    untilCreate();
    at(9, new RunEvent.Asked("r1", Request.PAUSE));
    assertThat(view(9).phase()).isEqualTo(Phase.PAUSING);
    at(10, new RunEvent.Paused("r1", CLEAN));
    assertThat(view(10).phase()).isEqualTo(Phase.PAUSED);
    assertThat(view(10).left()).isEmpty();
    at(11, new RunEvent.Asked("r1", Request.GO));
    assertThat(view(11).phase()).isEqualTo(Phase.RUNNING);
    at(12, new RunEvent.Asked("r1", Request.STOP));
    assertThat(view(12).phase()).isEqualTo(Phase.STOPPING);
    at(13, new RunEvent.StepFailed("r1", CREATE, STOPPED));
    at(
        13,
        new RunEvent.Finished(
            "r1", "FAILED", Duration.ofSeconds(13), List.of(STOPPED), List.of("qm destroy 1")));
    assertThat(view(20).phase()).isEqualTo(Phase.STOPPED);
    assertThat(view(20).elapsed()).isEqualTo(Duration.ofSeconds(13));
    assertThat(view(20).steps().get(3).state()).isEqualTo(StepView.State.STOPPED);
    assertThat(model.outcome().stopped()).isTrue();
    assertThat(model.outcome().exitCode()).isEqualTo(5);
  }

  @Test
  void tellsAFailureAndWhatIsLeft() {
    untilCreate();
    at(9, new RunEvent.StepPrinted("r1", CREATE, "no room"));
    at(9, new RunEvent.StepFailed("r1", CREATE, FULL));
    at(
        9,
        new RunEvent.Finished(
            "r1", "FAILED", Duration.ofSeconds(9), List.of(FULL), List.of("rm -rf /made/r1")));
    RunView view = view(9);
    assertThat(view.phase()).isEqualTo(Phase.FAILED);
    assertThat(view.phase().resumable()).isTrue();
    assertThat(view.tail()).containsExactly("no room");
    assertThat(view.problems()).containsExactly(FULL);
    assertThat(view.commands()).containsExactly("rm -rf /made/r1");
    assertThat(model.outcome().state()).isEqualTo(RunState.State.FAILED);
    at(20, new RunEvent.Started("r1", PLAN, true));
    assertThat(view(21).problems()).isEmpty();
    assertThat(view(21).elapsed()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void believesTheJournalWhereEventsAreMissing() {
    model.settle(
        List.of(
            Map.of("t", "run", "id", "r1", "date", "2026-01-01T00:00:00Z"),
            Map.of("t", "started", "step", "vmid"),
            Map.of("t", "done", "step", "vmid", "outputs", Map.of("value", "7")),
            Map.of("t", "started", "step", "image")),
        false);
    RunView view = view(5);
    assertThat(view.phase()).isEqualTo(Phase.STOPPED);
    assertThat(view.steps().get(0).state()).isEqualTo(StepView.State.DONE);
    assertThat(view.steps().get(1).state()).isEqualTo(StepView.State.BEGUN);
    assertThat(view.current().orElseThrow().step()).isEqualTo(IMAGE);
  }

  @Test
  void knowsThatAProcessIsGone() {
    untilCreate();
    model.settle(
        List.of(
            Map.of("t", "run", "id", "r1", "date", "2026-01-01T00:00:00Z"),
            Map.of("t", "started", "step", "create")),
        false);
    assertThat(view(9).phase()).isEqualTo(Phase.STOPPED);
    assertThat(view(9).steps().get(3).state()).isEqualTo(StepView.State.BEGUN);
  }

  @Test
  void readsTheFailureFromTheJournal() {
    model.settle(
        List.of(
            Map.of("t", "run", "id", "r1", "date", "2026-01-01T00:00:00Z"),
            Map.of("t", "started", "step", "vmid"),
            Map.of("t", "failed", "step", "vmid", "problems", List.of(FULL.tree()))),
        false);
    assertThat(view(1).phase()).isEqualTo(Phase.FAILED);
    assertThat(view(1).problems()).containsExactly(FULL);
    assertThat(view(1).steps().get(0).state()).isEqualTo(StepView.State.FAILED);
  }
}
