package dev.proxkiln.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.cli.TinyNode;
import dev.proxkiln.cli.outside.Interrupts;
import dev.proxkiln.host.file.LockFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs in a process of their own: watched, paused, stopped and killed from elsewhere. */
@Tag("real")
class DetachTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir Path root;
  private TinyNode node;

  @BeforeEach
  void start() throws Exception {
    node = TinyNode.open(root, List.of("tiny", "small", "bad"));
  }

  @AfterEach
  void stop() throws Exception {
    node.sandbox().faults().clear();
    // What still runs would write into the folder that is deleted.
    for (String id : ids()) {
      if (runs().contains("RUNNING") || runs().contains("PAUSED")) {
        kill(id);
      }
    }
    node.close();
  }

  private InProcess.Ended proxkiln(String... words) {
    return new InProcess(root).run(words);
  }

  private String runs() {
    return proxkiln("runs").out();
  }

  private List<String> ids() {
    return new InProcess(root).wiring().runs().ids();
  }

  /** Starts a template whose making takes so long. */
  private String detached(Duration create, String image, String onError) {
    node.sandbox().faults().delay("qmcreate", create);
    InProcess.Ended ended =
        proxkiln(
            "template",
            "create",
            image,
            "--target",
            "sandbox",
            "--yes",
            "--detach",
            "--on-error",
            onError);
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.err()).contains("in a process of its own");
    return ended.out().strip();
  }

  private void awaitCreation(String id) {
    Path journal = new InProcess(root).wiring().runs().folder(id).resolve("journal.jsonl");
    await()
        .atMost(PATIENCE)
        .until(() -> Files.readString(journal).contains("\"t\":\"task\",\"step\":\"create\""));
  }

  private void kill(String id) {
    Path lock = new InProcess(root).wiring().runs().folder(id).resolve("lock");
    ProcessHandle.of(LockFile.holder(lock))
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .ifPresent(
            process -> {
              process.destroyForcibly();
              process.onExit().join();
            });
  }

  @Test
  void goesOnWithoutItsWatcherPausesAndIsWatchedToItsEnd() throws Exception {
    String id = detached(Duration.ofSeconds(8), "tiny", "keep");
    awaitCreation(id);
    assertThat(runs()).contains(id).contains("RUNNING");
    Interrupts interrupts = new Interrupts(i -> {});
    try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<InProcess.Ended> watching =
          threads.submit(() -> new InProcess(root).stoppedBy(interrupts).run("attach"));
      await().atMost(PATIENCE).until(() -> interrupts.ask(130));
      assertThat(watching.get().code()).isEqualTo(130);
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
    assertThat(interrupts.said()).contains("goes on without you").contains("proxkiln stop " + id);
    assertThat(proxkiln("pause", id).err()).contains("pauses after what it does now");
    await().atMost(PATIENCE).until(() -> runs().contains("PAUSED"));
    assertThat(proxkiln("resume", id).err()).contains("goes on");
    InProcess.Ended watched = proxkiln("attach", id);
    assertThat(watched.code()).as(watched.err()).isZero();
    assertThat(watched.out()).contains("TemplateCreated");
    assertThat(watched.err()).contains("] create: ").contains("paused before").contains("goes on");
    assertThat(runs()).contains("DONE");
    assertThat(proxkiln("show", id).out()).contains("took");
    // Watched after its end, it says the same.
    assertThat(proxkiln("attach", id, "-o", "json").out())
        .contains("\"event\":\"started\"")
        .contains("\"event\":\"result\"");
  }

  @Test
  void stopsAfterItsStepAndIsGoneOnWith() {
    String id = detached(Duration.ofSeconds(5), "tiny", "keep");
    awaitCreation(id);
    assertThat(proxkiln("stop", id).err()).contains("what it made is kept");
    InProcess.Ended watched = proxkiln("attach", id);
    assertThat(watched.code()).isEqualTo(5);
    assertThat(watched.err()).contains("stopped").contains("proxkiln resume " + id);
    assertThat(runs()).contains("STOPPED");
    assertThat(proxkiln("stop", id).code()).isEqualTo(2);
    node.sandbox().faults().clear();
    assertThat(proxkiln("resume", id, "--detach").out()).contains(id);
    assertThat(proxkiln("attach", id).code()).isZero();
  }

  @Test
  void aProcessThatIsKilledIsMissedByItsWatchers() {
    String id = detached(Duration.ofSeconds(60), "tiny", "keep");
    awaitCreation(id);
    kill(id);
    InProcess.Ended watched = proxkiln("attach", id);
    assertThat(watched.err()).contains("run-cut-off").contains("It came to step 'create'");
    assertThat(runs()).contains("STOPPED");
    node.sandbox().faults().clear();
    assertThat(proxkiln("undo", id, "--yes").code()).isZero();
    assertThat(proxkiln("facts", "--target", "sandbox", "-o", "json").out())
        .contains("\"guests\": []");
  }

  @Test
  void aFailureIsToldToWhoWatches() {
    String id = detached(Duration.ZERO, "bad", "undo");
    InProcess.Ended watched = proxkiln("attach", id);
    assertThat(watched.code()).as(watched.err()).isEqualTo(4);
    assertThat(watched.err()).contains("checksum-mismatch");
    assertThat(proxkiln("show", id).out()).contains("checksum-mismatch").contains("failed");
  }

  @Test
  void aBatchIsOneProcessAndItsRunsAreWatchedTogether() {
    node.sandbox().faults().delay("qmcreate", Duration.ofSeconds(2));
    InProcess.Ended started =
        proxkiln(
            "template",
            "create",
            "tiny",
            "small",
            "--name",
            "t-{image}",
            "--target",
            "sandbox",
            "--yes",
            "--detach",
            "--jobs",
            "2");
    assertThat(started.code()).as(started.err()).isZero();
    String batch = started.out().strip();
    assertThat(batch).startsWith("b");
    InProcess.Ended watched = proxkiln("attach", batch);
    assertThat(watched.code()).as(watched.err()).isZero();
    assertThat(watched.err()).contains("(2 of 2)");
    assertThat(watched.out()).contains("tiny").contains("small").contains("done");
    assertThat(proxkiln("resume", batch).err()).contains("No run of batch");
  }

  @Test
  void theQueueIsRunAndWatchedAsOne() {
    for (String name : List.of("one", "two")) {
      InProcess.Ended added =
          proxkiln(
              "queue", "add", "template", "create", "tiny", "--name", name, "--target", "sandbox");
      assertThat(added.code()).as(added.err()).isZero();
    }
    node.sandbox().faults().delay("qmcreate", Duration.ofSeconds(3));
    InProcess.Ended started = proxkiln("queue", "run", "--yes", "--detach", "--target", "sandbox");
    assertThat(started.code()).as(started.err()).isZero();
    InProcess.Ended watched = proxkiln("attach", "queue");
    assertThat(watched.code()).as(watched.err()).isZero();
    assertThat(watched.out()).contains("q1 ").contains("q2 ").contains("done");
    assertThat(proxkiln("queue", "list").out()).doesNotContain("waiting");
  }
}
