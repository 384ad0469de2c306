package dev.proxkiln.ui.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.event.Request;
import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.testkit.Golden;
import dev.proxkiln.ui.screen.Key;
import dev.proxkiln.ui.screen.Looks;
import dev.proxkiln.ui.screen.Navigator;
import dev.proxkiln.ui.screen.Page;
import dev.proxkiln.ui.screen.Size;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every state of the pages of runs, as it looks on the usual screen. */
class RunPagesTest {
  private static final Problem STOPPED =
      CoreSlug.STOPPED.problem(
          "step record",
          "The run was stopped at step 'record'.",
          "You asked for it.",
          "Start the command again, or go on with: proxkiln resume " + FakeRuns.ID);

  private final FakeRuns runs = new FakeRuns();

  private Navigator open() {
    return Navigator.atOnce(RunPage.of(runs, runs.view(FakeRuns.ID)));
  }

  private static void golden(String name, Navigator navigator) {
    Golden.screen("run-" + name, navigator.frame(Size.USUAL).text());
  }

  @Test
  void running() {
    runs.untilCreate();
    golden("running", open());
  }

  @Test
  void atItsFirstStep() {
    runs.begin();
    golden("first-step", open());
  }

  @Test
  void waitingForALane() {
    runs.begin();
    runs.done(1, FakeRuns.FIND, 0.4);
    runs.add(2, new RunEvent.StepQueued(FakeRuns.ID, FakeRuns.IMAGE, "downloads"));
    golden("queued", open());
  }

  @Test
  void pausesByItsKeyAndGoesOn() {
    runs.untilCreate();
    Navigator navigator = open();
    navigator.press(Key.of('p'));
    assertThat(runs.asked).containsExactly(Request.PAUSE);
    runs.add(9, new RunEvent.Asked(FakeRuns.ID, Request.PAUSE));
    navigator.pulse();
    golden("pausing", navigator);
    runs.done(12, FakeRuns.CREATE, 3);
    runs.add(12, new RunEvent.Paused(FakeRuns.ID, FakeRuns.RECORD));
    navigator.pulse();
    golden("paused", navigator);
    navigator.press(Key.of('p'));
    assertThat(runs.asked).containsExactly(Request.PAUSE, Request.GO);
  }

  @Test
  void asksBeforeItStops() {
    runs.untilCreate();
    Navigator navigator = open();
    navigator.press(Key.control('c'));
    golden("stop-question", navigator);
    assertThat(runs.asked).isEmpty();
    navigator.press(Key.of(Key.Kind.ENTER));
    assertThat(runs.asked).as("the first choice goes on").isEmpty();
    navigator.press(Key.control('c'));
    navigator.press(Key.of(Key.Kind.DOWN));
    navigator.press(Key.of(Key.Kind.ENTER));
    assertThat(runs.asked).containsExactly(Request.STOP);
    navigator.press(Key.control('c'));
    navigator.press(Key.of(Key.Kind.DOWN));
    navigator.press(Key.of(Key.Kind.DOWN));
    navigator.press(Key.of(Key.Kind.ENTER));
    assertThat(runs.asked).containsExactly(Request.STOP, Request.STOP_NOW);
    assertThat(navigator.left()).isEmpty();
    navigator.press(Key.control('c'));
    navigator.press(Key.control('c'));
    assertThat(navigator.left()).hasValue(130);
  }

  @Test
  void leavesTheRunAlone() {
    runs.untilCreate();
    Navigator navigator = open();
    navigator.press(Key.of('q'));
    assertThat(navigator.left()).hasValue(0);
    assertThat(runs.asked).isEmpty();
  }

  @Test
  void becomesThePageOfItsEnd() {
    runs.untilCreate();
    Navigator navigator = open();
    runs.finish();
    navigator.pulse();
    golden("done", navigator);
    navigator.press(Key.of('q'));
    assertThat(navigator.left()).hasValue(0);
  }

  @Test
  void becomesThePageOfItsFailureAndIsRetried() {
    runs.untilCreate();
    Navigator navigator = open();
    runs.fail();
    navigator.pulse();
    golden("failed", navigator);
    runs.onResume = () -> runs.add(30, new RunEvent.Started(FakeRuns.ID, FakeRuns.PLAN, true));
    navigator.press(Key.of('r'));
    assertThat(runs.calls).containsExactly("resume " + FakeRuns.ID);
    golden("retried", navigator);
  }

  @Test
  void aFailureThatCannotBeRetriedSaysSo() {
    runs.untilCreate();
    runs.fail();
    Navigator navigator = open();
    runs.onResume =
        () -> {
          throw CoreSlug.RUN_LOCKED
              .problem("", "Another process works on run 'r1'.", "", "Wait until it is done.")
              .raise();
        };
    navigator.press(Key.of('r'));
    golden("retry-refused", navigator);
  }

  @Test
  void whatAnotherReleaseBeganIsGoneOnWithOnlyAfterAQuestion() {
    runs.untilCreate();
    runs.fail();
    runs.release = Optional.of("1.3.0");
    Navigator navigator = open();
    navigator.press(Key.of('r'));
    golden("other-release", navigator);
    navigator.press(Key.of(Key.Kind.ESCAPE));
    navigator.press(Key.of('u'));
    navigator.press(Key.of('r'));
    assertThat(runs.calls).isEmpty();
    navigator.press(Key.of(Key.Kind.ENTER));
    assertThat(runs.calls).containsExactly("undo " + FakeRuns.ID);
  }

  @Test
  void aFailureHasItsChoices() {
    runs.untilCreate();
    runs.fail();
    Navigator navigator = open();
    navigator.press(Key.of('c'));
    assertThat(runs.calls).containsExactly("change " + FakeRuns.ID);
    navigator.press(Key.of('d'));
    golden("details", navigator);
    navigator.press(Key.of(Key.Kind.ESCAPE));
    navigator.press(Key.of('s'));
    assertThat(navigator.aside()).isPresent();
    navigator.press(Key.of('u'));
    assertThat(runs.calls).containsExactly("change " + FakeRuns.ID, "undo " + FakeRuns.ID);
  }

  @Test
  void aRunThatWasStoppedIsGoneOnWith() {
    runs.untilCreate();
    runs.done(12, FakeRuns.CREATE, 3);
    runs.add(12, new RunEvent.StepFailed(FakeRuns.ID, FakeRuns.RECORD, STOPPED));
    runs.add(
        12,
        new RunEvent.Finished(
            FakeRuns.ID, "FAILED", Duration.ofSeconds(12), List.of(STOPPED), List.of()));
    golden("stopped", open());
  }

  @Test
  void aRunWhoseProcessIsGoneIsGoneOnWith() {
    runs.untilCreate();
    runs.cutOff();
    golden("cut-off", open());
  }

  @Test
  void aRunThatSomebodyElseGoesOnWithIsShownAsItGoes() {
    runs.untilCreate();
    runs.cutOff();
    Navigator navigator = open();
    assertThat(navigator.frame(Size.USUAL).text()).contains("is gone");
    runs.add(20, new RunEvent.Started(FakeRuns.ID, FakeRuns.PLAN, true));
    navigator.pulse();
    assertThat(navigator.frame(Size.USUAL).text()).contains("> Running").doesNotContain("is gone");
  }

  @Test
  void takingBackAndTakenBack() {
    runs.untilCreate();
    runs.add(9, new RunEvent.StepFailed(FakeRuns.ID, FakeRuns.CREATE, FakeRuns.FULL));
    runs.add(10, new RunEvent.StepUndone(FakeRuns.ID, FakeRuns.CREATE));
    Navigator navigator = open();
    golden("undoing", navigator);
    runs.add(
        11,
        new RunEvent.Finished(
            FakeRuns.ID, "UNDONE", Duration.ofSeconds(11), List.of(FakeRuns.FULL), List.of()));
    navigator.pulse();
    golden("undone", navigator);
  }

  @Test
  void whatCouldNotBeTakenBackIsTold() {
    runs.untilCreate();
    runs.done(9, FakeRuns.CREATE, 1);
    runs.add(
        10,
        new RunEvent.StepLeft(
            FakeRuns.ID,
            FakeRuns.CREATE,
            CoreSlug.NOT_OURS.problem("", "VM 9013 does not carry the mark.", "", "")));
    runs.add(
        10,
        new RunEvent.Finished(
            FakeRuns.ID,
            "LEFT",
            Duration.ofSeconds(10),
            List.of(
                CoreSlug.NOT_OURS.problem(
                    "step create",
                    "VM 9013 does not carry the mark of run 'r1', and was left.",
                    "Somebody changed its tags.",
                    "Look at it, then: qm destroy 9013")),
            List.of("qm destroy 9013")));
    golden("left", open());
  }

  @Test
  void outputIsFollowedToItsEnd() {
    runs.untilCreate();
    Navigator navigator = open();
    navigator.press(Key.of('o'));
    golden("output", navigator);
    runs.lines.add("the very last line");
    navigator.pulse();
    assertThat(navigator.frame(Size.USUAL).text()).contains("the very last line");
    navigator.press(Key.of(Key.Kind.HOME));
    assertThat(navigator.frame(Size.USUAL).text())
        .contains("line 1\n")
        .doesNotContain("the very last line");
  }

  @Test
  void severalRuns() {
    runs.untilCreate();
    Navigator navigator = Navigator.atOnce(new BatchPage(runs, "b1", runs.batch("b1")));
    golden("batch", navigator);
    navigator.press(Key.control('c'));
    golden("batch-stop-question", navigator);
    navigator.press(Key.of(Key.Kind.ESCAPE));
    navigator.press(Key.of('p'));
    assertThat(runs.asked).containsExactly(Request.PAUSE);
    runs.finish();
    navigator.pulse();
    golden("batch-ended", navigator);
    navigator.press(Key.of(Key.Kind.ENTER));
    assertThat(navigator.top()).isInstanceOf(ResultPage.class);
  }

  @Test
  void everyThemeShowsTheSame() {
    runs.untilCreate();
    Looks.others("running", open().frame(Size.USUAL));
    runs.fail();
    Looks.others("failure", open().frame(Size.USUAL));
  }

  @ParameterizedTest
  @CsvSource({"80,20", "120,30", "200,60"})
  void fitsEveryScreen(int columns, int rows) {
    Size size = new Size(columns, rows);
    runs.untilCreate();
    Page running = RunPage.of(runs, runs.view(FakeRuns.ID));
    Golden.screen("run-running-" + columns + "x" + rows, running.draw(size).text());
    runs.fail();
    Page failed = RunPage.of(runs, runs.view(FakeRuns.ID));
    Golden.screen("run-failed-" + columns + "x" + rows, failed.draw(size).text());
  }
}
