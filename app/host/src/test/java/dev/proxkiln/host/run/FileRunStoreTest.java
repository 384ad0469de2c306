package dev.proxkiln.host.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.event.Request;
import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.run.RunFolder;
import dev.proxkiln.core.tree.TreeText;
import dev.proxkiln.host.file.LockFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class FileRunStoreTest {
  private static final Plan PLAN =
      new Plan(
          "template create",
          "Create a template",
          "sandbox",
          "pve",
          List.of(Step.Call.read("version", "Ask", PveCall.get("/version"), Map.of())),
          List.of());

  private static final TreeText TEXT =
      new TreeText() {
        @Override
        public String line(Object tree) {
          return JsonMapper.shared().writeValueAsString(tree);
        }

        @Override
        public String pretty(Object tree) {
          return line(tree) + "\n";
        }

        @Override
        public Object read(String text) {
          try {
            return JsonMapper.shared().readValue(text, Object.class);
          } catch (tools.jackson.core.JacksonException e) {
            throw new IllegalArgumentException(e);
          }
        }
      };

  @TempDir Path folder;

  private final AtomicLong seconds = new AtomicLong(1_795_000_000L);
  private final InstantSource clock = () -> Instant.ofEpochSecond(seconds.getAndIncrement());

  private FileRunStore store() {
    return new FileRunStore(folder.resolve("state/runs"), TEXT, clock, new Random(1));
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static Problem problem(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(ProblemException.class, call).first();
  }

  @Test
  void keepsAPlanAJournalAndOutputInPlainFiles() throws IOException {
    String id;
    try (RunFolder run = store().create(PLAN)) {
      id = run.id();
      run.journal().append(Map.of("t", "run", "id", id));
      run.output("hello\nthere");
    }
    Path at = store().folder(id);
    assertThat(Files.readAllLines(at.resolve("output.log"))).containsExactly("hello", "there");
    assertThat(Files.readAllLines(at.resolve("journal.jsonl"))).hasSize(1);
    assertThat(mode(at)).isEqualTo("rwxr-x---");
    assertThat(mode(at.resolve("plan.json"))).isEqualTo("rw-r-----");
    assertThat(mode(at.resolve("journal.jsonl"))).isEqualTo("rw-r-----");
    assertThat(mode(at.resolve("output.log"))).isEqualTo("rw-r-----");
    try (RunFolder again = store().open(id)) {
      assertThat(again.plan()).isEqualTo(PLAN);
      assertThat(again.journal().entries()).containsExactly(Map.of("t", "run", "id", id));
    }
  }

  @Test
  void givesShortIdsThatSortByTimeAndFitATag() {
    FileRunStore store = store();
    String first = made(store);
    String second = made(store);
    assertThat(first).matches("r[0-9a-z]{8}").isLessThan(second);
    assertThat(store.ids()).containsExactly(second, first);
  }

  @Test
  void drawsAgainWhenAnIdIsTaken() {
    InstantSource still = () -> Instant.ofEpochSecond(1_795_000_000L);
    String first = made(new FileRunStore(folder, TEXT, still, new Random(7)));
    String second = made(new FileRunStore(folder, TEXT, still, new Random(7)));
    assertThat(second).isNotEqualTo(first);
  }

  private static String made(FileRunStore store) {
    try (RunFolder run = store.create(PLAN)) {
      return run.id();
    }
  }

  @Test
  void locksAnOpenRun() {
    FileRunStore store = store();
    try (RunFolder run = store.create(PLAN)) {
      assertThat(store.look(run.id()).locked()).isTrue();
      Problem problem = problem(() -> store().open(run.id()));
      assertThat(problem.slug()).isEqualTo("run-locked");
      assertThat(problem.why()).contains(String.valueOf(ProcessHandle.current().pid()));
    }
    assertThat(store.look(store.ids().getFirst()).locked()).isFalse();
    store.open(store.ids().getFirst()).close();
  }

  @Test
  void dropsALineThatACrashCutOffAndGoesOnAfterIt() throws IOException {
    String id = made(store());
    Path journal = store().folder(id).resolve("journal.jsonl");
    Files.writeString(journal, "{\"t\":\"run\"}\n{\"t\":\"sta", StandardOpenOption.APPEND);
    assertThat(store().look(id).entries()).containsExactly(Map.of("t", "run"));
    try (RunFolder run = store().open(id)) {
      run.journal().append(Map.of("t", "started"));
    }
    assertThat(store().look(id).entries())
        .containsExactly(Map.of("t", "run"), Map.of("t", "started"));
  }

  @Test
  void refusesAJournalThatWasDamagedInTheMiddle() throws IOException {
    String id = made(store());
    Path journal = store().folder(id).resolve("journal.jsonl");
    Files.writeString(journal, "{\"t\":\"run\"}\nnonsense\n{\"t\":\"x\"}\n");
    Problem problem = problem(() -> store().open(id));
    assertThat(problem.slug()).isEqualTo("run-state");
    assertThat(problem.what()).contains("Line 2");
    // The lock was let go again.
    assertThat(store().ids()).containsExactly(id);
    assertThat(problem(() -> store().open(id)).slug()).isEqualTo("run-state");
  }

  @Test
  void refusesAPlanThatWasChangedByHand() throws IOException {
    String id = made(store());
    Path plan = store().folder(id).resolve("plan.json");
    Files.writeString(plan, Files.readString(plan).replace("/version", "/cluster"));
    assertThat(problem(() -> store().look(id)).slug()).isEqualTo("plan-unreadable");
  }

  @Test
  void findsARunByTheBeginningOfItsId() {
    FileRunStore store = store();
    String first = made(store);
    made(store);
    assertThat(store.look(first.substring(0, 8)).id()).isEqualTo(first);
    assertThat(problem(() -> store.look("r")).what()).contains("could be 2 runs");
    assertThat(problem(() -> store.look("zzz")).what()).isEqualTo("There is no run 'zzz'.");
    assertThat(problem(() -> store.look("../x")).slug()).isEqualTo("run-state");
  }

  @Test
  void keepsSecretsOfARunForItsOwnerOnly() throws IOException {
    FileRunStore store = store();
    String id;
    try (RunFolder run = store.create(PLAN, Map.of("hash-1", "canary"))) {
      id = run.id();
    }
    assertThat(store.secrets(id)).containsExactly(Map.entry("hash-1", "canary"));
    assertThat(mode(store.folder(id).resolve("secrets"))).isEqualTo("rw-------");
    for (String name : List.of("plan.json", "journal.jsonl", "output.log")) {
      assertThat(Files.readString(store.folder(id).resolve(name))).doesNotContain("canary");
    }
    assertThat(store.secrets(made(store))).isEmpty();
  }

  @Test
  void goesOnWritingWhenItsThreadIsInterrupted() {
    FileRunStore store = store();
    try (RunFolder run = store.create(PLAN)) {
      Thread.currentThread().interrupt();
      run.journal().append(Map.of("t", "failed"));
      run.output("stopped");
      assertThat(Thread.interrupted()).isTrue();
      run.journal().append(Map.of("t", "undone"));
    }
    assertThat(store.look(store.ids().getFirst()).entries()).hasSize(2);
  }

  @Test
  void takesAFolderWithoutPlanForNoRun() throws IOException {
    Files.createDirectories(folder.resolve("state/runs/rhalfmade"));
    assertThat(store().ids()).isEmpty();
  }

  private static final Step STEP = PLAN.steps().getFirst();

  @Test
  void othersReadTheEventsOfARunAsTheyCome() throws IOException {
    FileRunStore store = store();
    try (RunFolder run = store.create(PLAN)) {
      EventTail tail = store().events(run.id());
      assertThat(tail.more()).isEmpty();
      run.note(new RunEvent.Started(run.id(), PLAN, false));
      run.note(new RunEvent.StepStarted(run.id(), STEP, 1, 1));
      assertThat(tail.more())
          .extracting(EventTail.Timed::event)
          .containsExactly(
              new RunEvent.Started(run.id(), PLAN, false),
              new RunEvent.StepStarted(run.id(), STEP, 1, 1));
      assertThat(tail.more()).isEmpty();
      Path file = store.folder(run.id()).resolve("events.jsonl");
      assertThat(mode(file)).isEqualTo("rw-r-----");
      Files.writeString(
          file, "no event at all\n{\"event\":\"danced\"}\n{\"half", StandardOpenOption.APPEND);
      assertThat(tail.more()).isEmpty();
    }
  }

  @Test
  void ofProgressOnlySoMuchIsWrittenAsPeopleCanFollow() {
    FileRunStore store =
        new FileRunStore(
            folder.resolve("state/runs"),
            TEXT,
            () -> Instant.ofEpochMilli(1_795_000_000_000L + seconds.getAndAdd(10)),
            new Random(1));
    try (RunFolder run = store.create(PLAN)) {
      for (int done = 1; done <= 1000; done++) {
        run.note(new RunEvent.StepProgressed(run.id(), STEP, done, 1000));
      }
      RunEvent printed = new RunEvent.StepPrinted(run.id(), STEP, "all here");
      run.note(printed);
      List<RunEvent> events =
          store.events(run.id()).more().stream().map(EventTail.Timed::event).toList();
      assertThat(events).hasSizeBetween(20, 60);
      // The last word comes before what follows it.
      assertThat(events.get(events.size() - 2))
          .isEqualTo(new RunEvent.StepProgressed(run.id(), STEP, 1000, 1000));
      assertThat(events.getLast()).isEqualTo(printed);
    }
  }

  @Test
  void whatIsAskedOfARunIsForgottenByTheNextProcess() {
    FileRunStore store = store();
    String id;
    try (RunFolder run = store.create(PLAN)) {
      id = run.id();
      assertThat(store.live(id)).isTrue();
      assertThat(store.requests(id).asked()).isEmpty();
      store.requests(id).ask(Request.PAUSE);
      assertThat(store().requests(id).asked()).contains(Request.PAUSE);
    }
    assertThat(store.live(id)).isFalse();
    try (RunFolder run = store.open(id)) {
      assertThat(store.requests(run.id()).asked()).isEmpty();
    }
  }

  @Test
  void aBatchKnowsItsRunsAndWhetherSomebodyWorksOnIt() {
    BatchStore batches =
        new BatchStore(folder.resolve("state/batches"), TEXT, clock, new Random(1));
    assertThat(batches.all()).isEmpty();
    BatchStore.Batch batch =
        batches.create(
            List.of(new BatchStore.Member("one", "r1"), new BatchStore.Member("two", "r2")));
    assertThat(batches.all()).containsExactly(batch);
    assertThat(batches.find(batch.id())).contains(batch);
    assertThat(batches.find("../runs")).isEmpty();
    assertThat(batches.live(batch.id())).isFalse();
    try (LockFile held = batches.open(batch.id())) {
      assertThat(batches.live(batch.id())).isTrue();
      assertThat(catchThrowableOfType(ProblemException.class, () -> batches.open(batch.id())))
          .hasMessageContaining("run-locked");
      assertThat(held.folder()).isEqualTo(batches.place(batch.id()));
    }
  }
}
