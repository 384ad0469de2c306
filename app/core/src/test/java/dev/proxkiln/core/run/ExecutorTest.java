package dev.proxkiln.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.event.Events;
import dev.proxkiln.core.event.Request;
import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Kind;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExecutorTest {
  private static final Text VMID = Text.output("vmid", "value");
  private static final Text MARK = Text.join("run-", Text.output("run", "id"));

  private final FakeNode node = new FakeNode();
  private final Events events = new Events();

  private static PveCall guest(PveCall call) {
    return call;
  }

  private static Plan plan(Step... more) {
    PveCall config = PveCall.get("/nodes/pve/qemu/", VMID, "/config");
    Probe ours = Probe.api(config, Expect.equal("tags", MARK));
    List<Step> steps = new ArrayList<>();
    steps.add(
        Step.Call.read("vmid", "find an ID", PveCall.get("/cluster/nextid"), Map.of("value", "")));
    steps.add(
        new Step.Download(
            "image",
            "fetch",
            new Fetch(
                "https://x/y",
                new Fetch.Pinned("sha256", "abc"),
                "none",
                Optional.empty(),
                "qcow2",
                false),
            5));
    steps.add(
        new Step.Write(
            "note",
            "write",
            Text.join("/snippets/", Text.output("run", "id")),
            Text.of("hi"),
            0640));
    steps.add(
        Step.Call.of(
                "create",
                "create",
                PveCall.post("/nodes/pve/qemu")
                    .with("vmid", VMID)
                    .with("tags", MARK)
                    .with("image", Text.output("image", "digest")),
                ours,
                new Undo.Api(PveCall.delete("/nodes/pve/qemu/", VMID), Probe.api(config), ours))
            .retryingFrom("vmid"));
    steps.add(
        Step.Call.of(
            "convert",
            "convert",
            guest(PveCall.post("/nodes/pve/qemu/", VMID, "/template")),
            Probe.api(config, Expect.equal("template", "1"))));
    steps.addAll(List.of(more));
    steps.add(new Step.Record("record", "record", "Made", Map.of("vmid", VMID)));
    return new Plan("test", "Test", "fake", "pve", steps);
  }

  private Outcome execute(MemoryRun run) {
    return new Executor(node.ports(), events, Checkpoint.NONE)
        .execute(run, Policy.UNDO, new Stop());
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private Executor killedAt(String step, Checkpoint.Moment moment) {
    return new Executor(
        node.ports(),
        events,
        (s, m) -> {
          if (s.equals(step) && m == moment) {
            throw new Killed();
          }
        });
  }

  private String world() {
    return new TreeMap<>(node.guests) + " " + node.files;
  }

  @Test
  void runsEveryStepAndAnnounces() {
    MemoryRun run = new MemoryRun(plan());
    List<String> seen = new ArrayList<>();
    events.on(RunEvent.class, e -> seen.add(e.getClass().getSimpleName()));
    Outcome outcome = execute(run);
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.state()).isEqualTo(RunState.State.DONE);
    assertThat(outcome.announced()).containsEntry("Made", Map.of("vmid", "100"));
    assertThat(node.guests.get("100"))
        .containsEntry("image", "sha256:abc")
        .containsEntry("template", 1);
    assertThat(seen).contains("Started", "StepProgressed", "Announced", "Finished");
  }

  /** Every step, every moment: resume ends as the run that never crashed, undo leaves nothing. */
  @Test
  void survivesAKillAtEveryPoint() {
    execute(new MemoryRun(plan()));
    String whole = world();
    int points = 0;
    for (Step step : plan().steps()) {
      for (Checkpoint.Moment moment : Checkpoint.Moment.values()) {
        String at = step.id() + " " + moment;
        node.guests.clear();
        node.files.clear();
        MemoryRun run = new MemoryRun(plan());
        assertThatThrownBy(() -> killedAt(step.id(), moment).execute(run, Policy.UNDO, new Stop()))
            .as(at)
            .isInstanceOf(Killed.class);
        List<Map<String, Object>> journal = List.copyOf(run.entries);
        String broken = world();
        Map<String, Map<String, Object>> guests = new TreeMap<>(node.guests);
        Map<String, String> files = new TreeMap<>(node.files);

        assertThat(execute(run).exitCode()).as(at).isZero();
        assertThat(world()).as("resumed after " + at).isEqualTo(whole);

        node.guests.clear();
        node.guests.putAll(guests);
        node.files.clear();
        node.files.putAll(files);
        assertThat(world()).as(at).isIn(broken, whole);
        MemoryRun again = new MemoryRun(plan());
        again.entries.addAll(journal);
        Outcome undone =
            new Executor(node.ports(), events, Checkpoint.NONE).undo(again, new Stop());
        assertThat(undone.left()).as(at).isEmpty();
        assertThat(world()).as("undone after " + at).isEqualTo("{} {}");
        points++;
      }
    }
    assertThat(points).isEqualTo(plan().steps().size() * 3);
  }

  @Test
  void takesAnotherIdWhenSomebodyWasFaster() {
    node.thief = Optional.of("other");
    assertThat(execute(new MemoryRun(plan())).exitCode()).isZero();
    assertThat(node.guests.get("100")).containsEntry("tags", "other");
    assertThat(node.guests.get("101")).containsEntry("tags", "run-r1");
  }

  @Test
  void aFailedStepIsUndoneAndReported() {
    node.taskEnd = "import failed";
    Outcome outcome = execute(new MemoryRun(plan()));
    assertThat(outcome.exitCode()).isEqualTo(4);
    assertThat(outcome.problems()).extracting(Problem::slug).containsExactly("task-failed");
    assertThat(outcome.problems().getFirst().where()).isEqualTo("step create");
    assertThat(world()).isEqualTo("{} {}");
  }

  @Test
  void keepLeavesWhatIsThereAndResumeGoesOn() {
    Step failing =
        new Step.Require(
            "check",
            "check",
            List.of(
                new Check.Matches(
                    "m",
                    Text.of("a"),
                    Text.of("b"),
                    new Problem("p", Kind.WORK, "", "no", "", ""))),
            false);
    MemoryRun run = new MemoryRun(plan(failing));
    Outcome kept =
        new Executor(node.ports(), events, Checkpoint.NONE).execute(run, Policy.KEEP, new Stop());
    assertThat(kept.exitCode()).isEqualTo(5);
    assertThat(kept.left()).contains("qm destroy 100", "rm /snippets/r1");
    assertThat(node.guests).containsKey("100");
    Outcome undone = new Executor(node.ports(), events, Checkpoint.NONE).undo(run, new Stop());
    assertThat(undone.exitCode()).isZero();
    assertThat(world()).isEqualTo("{} {}");
    assertThatThrownBy(() -> execute(run))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("run-state");
  }

  @Test
  void doesNotTouchAGuestThatLostItsMark() {
    MemoryRun run = new MemoryRun(plan());
    execute(run);
    node.guests.get("100").put("tags", "somebody");
    Outcome outcome = new Executor(node.ports(), events, Checkpoint.NONE).undo(run, new Stop());
    assertThat(outcome.exitCode()).isEqualTo(5);
    assertThat(outcome.left()).containsExactly("qm destroy 100");
    assertThat(outcome.problems()).extracting(Problem::slug).containsExactly("not-ours");
    assertThat(node.guests).containsKey("100");
  }

  @Test
  void aTaskWithWarningsIsASuccessThatSaysSo() {
    node.taskEnd = "WARNINGS: 1";
    Outcome outcome = execute(new MemoryRun(plan()));
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.warnings()).isEqualTo(1);
  }

  @Test
  void softChecksGiveAVerdictInsteadOfAFailure() {
    Problem no = new Problem("p", Kind.WORK, "", "no", "", "mend it");
    List<String> printed = new ArrayList<>();
    events.on(RunEvent.StepPrinted.class, event -> printed.add(event.line()));
    Step soft =
        new Step.Require(
            "checks",
            "check",
            List.of(
                new Check.Matches("name", Text.of("a"), Text.of("b"), no),
                new Check.Differ("ids", Text.of("a"), Text.of("b"), no)),
            true);
    MemoryRun run = new MemoryRun(plan(soft));
    Outcome outcome = execute(run);
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.warnings()).isEqualTo(1);
    assertThat(printed).containsOnlyOnce("WARN: no mend it");
    assertThat(RunState.replay(run.entries).outputs("checks"))
        .contains(Map.of("verdict", "failed", "passed", "ids", "failed", "name"));
  }

  @Test
  void waitsUntilTheAnswerIsThereAndGivesUpAtTheDeadline() {
    PveCall ready = PveCall.get("/nodes/pve/ready");
    Step soon =
        new Step.Await(
            "soon",
            "ready",
            ready,
            List.of(Expect.equal("asks", "3")),
            Map.of("asks", "asks"),
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            Optional.empty(),
            1);
    MemoryRun run = new MemoryRun(plan(soon));
    assertThat(execute(run).exitCode()).isZero();
    assertThat(RunState.replay(run.entries).outputs("soon")).contains(Map.of("asks", "3"));

    node.guests.clear();
    Step never =
        new Step.Await(
            "never",
            "ready",
            ready,
            List.of(Expect.equal("asks", "x")),
            Map.of(),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Optional.empty(),
            1,
            "own-deadline");
    Outcome late = execute(new MemoryRun(plan(never)));
    assertThat(late.exitCode()).isEqualTo(124);
    assertThat(late.problems().getFirst().next()).contains("with --own-deadline");
    assertThat(late.problems().getFirst().slug()).isEqualTo("deadline-passed");
    assertThat(world()).isEqualTo("{} {}");
  }

  private Outcome asked(MemoryRun run, Stop whole, String step, Request request) {
    events.on(
        RunEvent.StepFinished.class,
        event -> {
          if (event.step().id().equals(step)) {
            whole.heed(request);
          }
        });
    return new Executor(node.ports(), events, Checkpoint.NONE)
        .execute(run, Policy.UNDO, whole.part());
  }

  @Test
  void stopsBeforeTheNextStepAndKeepsWhatIsThere() {
    MemoryRun run = new MemoryRun(plan());
    Outcome outcome = asked(run, new Stop(), "create", Request.STOP);
    assertThat(outcome.stopped()).isTrue();
    assertThat(outcome.state()).isEqualTo(RunState.State.FAILED);
    assertThat(outcome.exitCode()).isEqualTo(5);
    assertThat(node.guests.get("100")).doesNotContainKey("template");
    assertThat(execute(run).exitCode()).isZero();
    assertThat(node.guests.get("100")).containsEntry("template", 1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Request.class,
      names = {"GO", "STOP", "STOP_NOW"})
  void waitsBeforeAStepUntilItIsAskedForMore(Request then) {
    List<String> paused = new ArrayList<>();
    Stop whole = new Stop();
    events.on(
        RunEvent.Paused.class,
        event -> {
          paused.add(event.step().id() + " " + node.guests.keySet());
          Thread.ofVirtual().start(() -> whole.heed(then));
        });
    MemoryRun run = new MemoryRun(plan());
    Outcome outcome = asked(run, whole, "note", Request.PAUSE);
    assertThat(paused).containsExactly("create []");
    assertThat(outcome.exitCode()).isEqualTo(then == Request.GO ? 0 : 5);
    assertThat(node.guests.containsKey("100")).isEqualTo(then == Request.GO);
  }

  @Test
  void stoppingUndoesAndExitsWith130() {
    Stop stop = new Stop();
    events.on(
        RunEvent.StepFinished.class,
        e -> {
          if (e.step().id().equals("create")) {
            stop.ask();
          }
        });
    MemoryRun run = new MemoryRun(plan());
    Outcome outcome =
        new Executor(node.ports(), events, Checkpoint.NONE).execute(run, Policy.UNDO, stop);
    assertThat(outcome.exitCode()).isEqualTo(130);
    assertThat(world()).isEqualTo("{} {}");
  }

  @Test
  void theAftermathOfAFailureKnowsWhatFailed() {
    node.guests.put("900", new TreeMap<>());
    Step failing =
        new Step.Run(
            "tool",
            "run",
            List.of(Text.of("false")),
            Optional.empty(),
            Duration.ofSeconds(1),
            Probe.never(),
            List.of(),
            1);
    Step note =
        Step.Call.of(
            "verdict",
            "note the verdict",
            PveCall.put("/nodes/pve/qemu/900/config")
                .with("description", Text.join("failed at ", Text.output("failure", "step"))),
            Probe.never());
    Plan with = plan(failing);
    MemoryRun run =
        new MemoryRun(new Plan("test", "Test", "fake", "pve", with.steps(), List.of(note)));
    assertThat(execute(run).exitCode()).isEqualTo(4);
    assertThat(node.guests.keySet()).containsExactly("900");
    assertThat(node.guests.get("900")).containsEntry("description", "failed at tool");
  }

  private static Step.Run command(String id, String... argv) {
    return new Step.Run(
        id,
        "run",
        Stream.of(argv).map(Text::of).toList(),
        Optional.empty(),
        Map.of("path", " ~ path=(.*)"),
        Duration.ofSeconds(1),
        Probe.never(),
        List.of(Undo.Command.removing(Text.output(id, "path"))),
        1);
  }

  @Test
  void aCommandIsTakenBackByAnotherCommand() {
    MemoryRun run =
        new MemoryRun(plan(command("tool", "echo", "path=/srv/x y"), command("other", "false")));
    assertThat(execute(run).exitCode()).isEqualTo(4);
    // The second never told its path, so there is nothing that could be removed.
    assertThat(node.commands).containsExactly("echo path=/srv/x y", "false", "rm -rf -- /srv/x y");
  }

  @Test
  void theOutputsOfACommandArePickedFromWhatItPrints() {
    Step build =
        new Step.Run(
            "build",
            "build",
            List.of(Text.of("echo"), Text.join("path=", Text.output("run", "cache"), "/x")),
            Optional.empty(),
            Map.of("path", " ~ (?m)^path=(.*)$"),
            Duration.ofSeconds(1),
            Probe.never(),
            List.of(),
            1);
    Step record =
        new Step.Record("built", "built", "Built", Map.of("at", Text.output("build", "path")));
    MemoryRun run = new MemoryRun(plan(build, record));
    assertThat(execute(run).exitCode()).isZero();
    assertThat(run.entries.toString()).contains("at=/cache/x");
  }

  private static Step.Run failing(String prints) {
    return new Step.Run(
        "play",
        "play",
        List.of(Text.of("fails"), Text.of(prints)),
        Optional.empty(),
        Map.of("task", " ~ task=(.*)"),
        Duration.ofSeconds(1),
        Probe.never(),
        List.of(),
        1,
        Optional.of(
            CoreSlug.UNEXPECTED.problem("step play", "It failed.", "Task '${task}'.", "Mend it.")));
  }

  @Test
  void aCommandFailsWithItsOwnProblemWhichQuotesItsOutputs() {
    Problem problem = execute(new MemoryRun(plan(failing("task=x y")))).problems().getFirst();
    assertThat(problem)
        .isEqualTo(
            CoreSlug.UNEXPECTED.problem("step play", "It failed.", "Task 'x y'.", "Mend it."));
    assertThat(execute(new MemoryRun(plan(failing("nothing")))).problems().getFirst().why())
        .isEqualTo("last words");
  }

  @Test
  void secretsReachTheCallAndNothingElse() {
    Step secret =
        Step.Call.of(
            "password",
            "set the password",
            PveCall.put("/nodes/pve/qemu/", VMID, "/config").with("cipassword", Text.secret("pw")),
            Probe.never());
    MemoryRun run = new MemoryRun(plan(secret));
    assertThat(execute(run).exitCode()).isZero();
    assertThat(node.guests.get("100")).containsEntry("cipassword", "s3cret-pw");
    assertThat(run.entries.toString() + run.lines).doesNotContain("s3cret");
    assertThatThrownBy(
            () ->
                new Step.Run(
                    "x",
                    "x",
                    List.of(Text.secret("pw")),
                    Optional.empty(),
                    Duration.ZERO,
                    Probe.never(),
                    List.of(),
                    1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusedBeforeAnythingWasTouchedKeepsItsOwnExitCode() {
    Step check =
        new Step.Require(
            "check",
            "check",
            List.of(
                new Check.Api(
                    "storage",
                    PveCall.get("/nodes/pve/qemu/999/config"),
                    List.of(),
                    new Problem("storage-content", Kind.HOST, "", "no images", "", ""))),
            false);
    Outcome outcome =
        execute(new MemoryRun(new Plan("test", "Test", "fake", "pve", List.of(check))));
    assertThat(outcome.exitCode()).isEqualTo(3);
  }

  private Step.Discard discardGuest() {
    PveCall config = PveCall.get("/nodes/pve/qemu/", VMID, "/config");
    return new Step.Discard(
        "discard",
        "remove the guest",
        List.of(
            new Undo.Api(
                PveCall.delete("/nodes/pve/qemu/", VMID),
                Probe.api(config),
                Probe.api(config, Expect.equal("tags", MARK)))));
  }

  @Test
  void removesForGoodWhatAnEarlierStepMadeAndSurvivesAKillThere() {
    for (Checkpoint.Moment moment : Checkpoint.Moment.values()) {
      node.guests.clear();
      MemoryRun run = new MemoryRun(plan(discardGuest()));
      assertThatThrownBy(() -> killedAt("discard", moment).execute(run, Policy.UNDO, new Stop()))
          .isInstanceOf(Killed.class);
      assertThat(execute(run).exitCode()).as(moment.name()).isZero();
      assertThat(node.guests).isEmpty();
    }
  }

  @Test
  void removesNothingThatIsNotOurs() {
    events.on(
        RunEvent.StepFinished.class,
        e -> {
          if (e.step().id().equals("convert")) {
            node.guests.get("100").put("tags", "foreign");
          }
        });
    Outcome outcome = execute(new MemoryRun(plan(discardGuest())));
    assertThat(outcome.problems().getFirst().slug()).isEqualTo("not-ours");
    assertThat(node.guests).containsKey("100");
  }

  @Test
  void everyFailedCheckIsReportedAndTheAftermathCanAnnounceIt() {
    Problem no = new Problem("p", Kind.WORK, "", "No.", "", "");
    Problem never = new Problem("p", Kind.WORK, "", "Never.", "", "");
    Step hard =
        new Step.Require(
            "checks",
            "check",
            List.of(
                new Check.AtMost("size", Text.of("10"), Text.of("9"), no),
                new Check.AtMost("empty", Text.of(""), Text.of("9"), never),
                new Check.AtMost("good", Text.of("9"), Text.of("9"), no)),
            false);
    Step unknown =
        new Step.Record("odd", "odd", "Odd", Map.of("x", Text.output("nowhere", "value")));
    Step note =
        new Step.Record("why", "note", "Failed", Map.of("why", Text.output("failure", "what")));
    Plan with = plan(hard);
    MemoryRun run =
        new MemoryRun(
            new Plan("test", "Test", "fake", "pve", with.steps(), List.of(unknown, note)));
    Outcome outcome = execute(run);
    assertThat(outcome.problems().stream().map(Problem::what)).containsExactly("No.", "Never.");
    assertThat(outcome.announced()).containsEntry("Failed", Map.of("why", "No. Never."));
  }

  @Test
  void anIdThatIsTakenByTheSameRunIsNotTakenAgain() {
    MemoryRun run = new MemoryRun(plan());
    // A killed attempt's command came through after the resumed run had looked.
    node.thief = Optional.of("run-" + run.id());
    assertThat(execute(run).exitCode()).isZero();
    assertThat(node.guests.keySet()).containsExactly("100");
  }
}
