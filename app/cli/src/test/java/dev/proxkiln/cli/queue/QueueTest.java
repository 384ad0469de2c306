package dev.proxkiln.cli.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.cli.TinyNode;
import dev.proxkiln.cli.outside.Interrupts;
import dev.proxkiln.config.JacksonTreeText;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.host.file.LockFile;
import dev.proxkiln.host.queue.QueueFolder;
import dev.proxkiln.host.queue.QueueItem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code queue}, from the command line. */
class QueueTest {
  private static final String HASH =
      "$6$canarysalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2jctKu9YterLp8wwnSq.qc";

  @TempDir Path root;
  private TinyNode node;
  private final Interrupts interrupts = new Interrupts(i -> {});

  @BeforeEach
  void start() throws Exception {
    node = TinyNode.open(root, List.of("tiny-0", "tiny-1", "tiny-2", "bad-3"));
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
  }

  private InProcess.Ended call(String... words) {
    return new InProcess(root).stoppedBy(interrupts).onSandbox(words);
  }

  private void add(String... words) {
    InProcess.Ended ended =
        call(
            Stream.concat(Stream.of("queue", "add", "template", "create"), Stream.of(words))
                .toArray(String[]::new));
    assertThat(ended.code()).as(ended.err()).isZero();
  }

  private String state(String id) {
    Object rows = new JacksonTreeText().read(call("queue", "list", "-o", "json").out());
    return Tree.text(rows, "[id=" + id + "].state");
  }

  private QueueFolder queue() {
    return new QueueFolder(
        new InProcess(root).layout().state().resolve("queue"),
        new JacksonTreeText(),
        InstantSource.system());
  }

  private String templates() {
    return call("template", "list", "-o", "json").out();
  }

  @Test
  void keepsWishesAndRunsThemWhenAsked() {
    add("tiny-0", "tiny-1", "--memory", "96M");
    add("bad-3");
    assertThat(state("q1") + state("q2") + state("q3")).isEqualTo("waitingwaitingwaiting");
    assertThat(node.images().requests()).isEmpty();
    assertThat(call("queue", "run").code()).as("without consent").isEqualTo(2);

    InProcess.Ended ended = call("queue", "run", "--yes");
    assertThat(ended.code()).as(ended.err()).isEqualTo(7);
    assertThat(ended.out())
        .containsPattern("q1 tiny-0 +done +\\d+")
        .containsPattern("q3 bad-3 +failed.*checksum-mismatch");
    assertThat(templates()).contains("tiny-0").contains("tiny-1").doesNotContain("bad-3");
    assertThat(state("q1") + state("q2") + state("q3")).isEqualTo("donedonefailed");
    assertThat(call("queue", "list").out()).contains("checksum-mismatch");
    assertThat(call("queue", "run", "--yes").err()).contains("Nothing waits");

    assertThat(call("queue", "retry").err()).contains("1 entry waits");
    assertThat(state("q3")).isEqualTo("waiting");
    assertThat(call("queue", "clear").err()).contains("2 entries removed");
    assertThat(call("queue", "remove", "q3").err()).contains("1 entry removed");
    assertThat(call("queue", "list").err()).contains("Nothing to show");
    add("tiny-2");
    assertThat(state("q1")).isEqualTo("waiting");
  }

  @Test
  void takesDocumentsAndSaysWhatIsWrongAtOnce() throws Exception {
    Files.writeString(root.resolve("wanted.yaml"), "image: tiny-0\n---\nimage: [tiny-1, tiny-2]\n");
    InProcess.Ended ended = call("queue", "add", "-f", "wanted.yaml");
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(queue().all())
        .extracting(QueueItem::name)
        .containsExactly("tiny-0", "tiny-1", "tiny-2");
    queue().remove("q3");
    Files.writeString(root.resolve("own.qcow2"), "x");
    add("tiny-2", "--name", "mine", "--image-file", "own.qcow2");
    QueueItem own = queue().all().getLast();
    assertThat(own.name()).isEqualTo("mine");
    assertThat(own.settings())
        .as("the queue may run in another folder")
        .containsEntry("image-file", root.resolve("own.qcow2").toString());
    assertThat(call("queue", "add", "template", "create", "nothing").code()).isEqualTo(2);
    assertThat(call("queue", "add", "template", "list").err()).contains("makes nothing");
    assertThat(call("queue", "add").err()).contains("There is nothing to add");
    assertThat(queue().all()).hasSize(3);
    assertThat(call("queue", "remove", "q9", "q1").err()).contains("no entry 'q9'");
    assertThat(call("queue", "retry", "q1").err()).contains("'q1' did not fail");
  }

  @Test
  void oneRunnerAtATime() {
    add("tiny-0");
    try (LockFile runner = queue().runner()) {
      InProcess.Ended ended = call("queue", "run", "--yes");
      assertThat(ended.code()).isEqualTo(6);
      assertThat(ended.err()).contains("proxkiln explain queue-running");
    }
    assertThat(state("q1")).isEqualTo("waiting");
  }

  @Test
  void whatIsStoppedWaitsAgain() throws Exception {
    add("tiny-0", "tiny-1");
    node.sandbox().faults().delay("qmcreate", Duration.ofSeconds(20));
    try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<InProcess.Ended> ended = threads.submit(() -> call("queue", "run", "--yes"));
      await().atMost(Duration.ofSeconds(30)).until(() -> journals().contains("UPID"));
      assertThat(interrupts.ask(130)).isTrue();
      node.sandbox().faults().clear();
      assertThat(ended.get().code()).as(ended.get().err()).isEqualTo(130);
    }
    assertThat(state("q1") + state("q2")).isEqualTo("waitingwaiting");
    assertThat(templates()).doesNotContain("tiny");
    assertThat(call("queue", "run", "--yes").code()).isZero();
    assertThat(state("q1") + state("q2")).isEqualTo("donedone");
  }

  private String journals() throws Exception {
    Path runs = new InProcess(root).layout().runs();
    StringBuilder all = new StringBuilder();
    if (Files.isDirectory(runs)) {
      try (Stream<Path> files = Files.walk(runs)) {
        for (Path file : files.filter(f -> f.endsWith("journal.jsonl")).toList()) {
          all.append(Files.readString(file));
        }
      }
    }
    return all.toString();
  }

  @Test
  void whatWasCutOffGoesOnAndWhatWasDoneIsNotDoneAgain() {
    add("tiny-0", "tiny-1");
    assertThat(call("queue", "run", "--yes").code()).isZero();
    String run = queue().find("q1").orElseThrow().run();
    // The word that it is done did not reach the queue.
    queue().change("q1", item -> item.now(QueueItem.State.RUNNING, run, List.of()));
    // Cut off before its run came to be.
    queue().change("q2", item -> item.now(QueueItem.State.RUNNING, "", List.of()));
    assertThat(state("q1")).isEqualTo("interrupted");
    int before = new InProcess(root).wiring().runs().ids().size();
    assertThat(call("queue", "run", "--yes").code()).isZero();
    assertThat(state("q1") + state("q2")).isEqualTo("donedone");
    assertThat(new InProcess(root).wiring().runs().ids()).hasSize(before + 1);
  }

  @Test
  void secretsStayWithTheirEntryAndItsRun() throws Exception {
    add("tiny-0", "--password", HASH);
    Path file = new InProcess(root).layout().state().resolve("queue/q1.json");
    assertThat(Files.readString(file)).contains("canarysalt");
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    InProcess.Ended ended = call("queue", "run", "--yes", "-vv", "-o", "json");
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out() + ended.err()).doesNotContain("canary");
    assertThat(call("queue", "list", "-o", "json").out()).doesNotContain("canary");
  }
}
