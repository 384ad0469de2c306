package dev.proxkiln.pve.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.proxkiln.core.port.PvePort.TaskWatch;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.pve.problem.PveSlug;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class TasksTest {

  private static final Upid CREATE =
      Upid.parse("UPID:pve:0012D687:0123ABCD:6500AB12:qmcreate:9000:root@pam:").orElseThrow();
  private static final Upid CLONE =
      Upid.parse("UPID:pve:0012D688:0123ABCD:6500AB12:qmclone:100:root@pam:").orElseThrow();
  private static final Object AWAY = new Object();

  private final Map<String, Queue<Object>> answers = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private Instant now = Instant.EPOCH;
  private final Tasks tasks =
      new Tasks(
          this::read,
          pause -> {
            pauses.add(pause);
            now = now.plus(pause);
          },
          () -> now);

  private void on(String path, Object... inOrder) {
    answers.put(path, new ArrayDeque<>(List.of(inOrder)));
  }

  private Object read(ResolvedCall call) {
    asked.add(call.path());
    Queue<Object> queue = answers.get(call.path());
    if (queue == null) {
      throw PveSlug.GUEST_MISSING.problem(call.path(), "no answer prepared", "", "").raise();
    }
    Object answer = queue.size() > 1 ? queue.remove() : queue.element();
    if (answer.equals(AWAY)) {
      throw PveSlug.NODE_UNREACHABLE.problem("", "away", "", "").raise();
    }
    return answer;
  }

  private static Map<String, Object> running() {
    return Map.of("status", "running");
  }

  private static Map<String, Object> ended(String exit) {
    return Map.of("status", "stopped", "exitstatus", exit);
  }

  private static List<Object> lines(String... texts) {
    List<Object> lines = new ArrayList<>();
    for (String text : texts) {
      lines.add(Map.of("n", lines.size() + 1, "t", text));
    }
    return lines;
  }

  @Test
  void growsThePauseFromMillisecondsToASecond() {
    Object[] status = new Object[15];
    java.util.Arrays.fill(status, running());
    status[14] = ended("OK");
    on(CREATE.path() + "/status", status);
    on(CREATE.path() + "/log", lines("no content"));
    assertThat(tasks.await(CREATE, TaskWatch.NONE).exitStatus()).isEqualTo("OK");
    assertThat(pauses.getFirst()).isEqualTo(Duration.ofMillis(15));
    assertThat(pauses.getLast()).isEqualTo(Duration.ofSeconds(1));
    assertThat(pauses).isSorted();
  }

  @Test
  void failsWithTheWordsOfTheNode() {
    on(CREATE.path() + "/status", ended("storage 'x' does not exist"));
    on(CREATE.path() + "/log", lines("first", "TASK ERROR: storage 'x' does not exist"));
    ProblemException thrown =
        catchThrowableOfType(ProblemException.class, () -> tasks.await(CREATE, TaskWatch.NONE));
    assertThat(thrown.first().slug()).isEqualTo("storage-missing");
    assertThat(thrown.first().where()).isEqualTo("task qmcreate of 9000");
    assertThat(thrown.first().why()).isEqualTo("storage 'x' does not exist\n| first");
  }

  @Test
  void takesAnUnexpectedEndForAFailure() {
    for (String end : List.of("unexpected status", "interrupted by signal", "")) {
      on(CREATE.path() + "/status", ended(end));
      on(CREATE.path() + "/log", lines("no content"));
      assertThat(
              catchThrowableOfType(
                      ProblemException.class, () -> tasks.await(CREATE, TaskWatch.NONE))
                  .first()
                  .slug())
          .isEqualTo("task-failed");
    }
  }

  @Test
  void sitsOutARestartOfTheNodesService() {
    on(CREATE.path() + "/status", running(), AWAY, AWAY, ended("OK"));
    on(CREATE.path() + "/log", lines("a"), lines());
    assertThat(tasks.await(CREATE, TaskWatch.NONE).warnings()).isZero();
  }

  @Test
  void givesUpOnANodeThatStaysAway() {
    on(CREATE.path() + "/status", running(), AWAY);
    on(CREATE.path() + "/log", lines());
    assertThat(
            catchThrowableOfType(ProblemException.class, () -> tasks.await(CREATE, TaskWatch.NONE))
                .first()
                .slug())
        .isEqualTo("node-unreachable");
    assertThat(now).isAfter(Instant.EPOCH.plusSeconds(119));
  }

  @Test
  void waitsForTheTasksOfAGuestOnly() {
    on(
        "/nodes/pve/tasks",
        List.of(
            Map.of("upid", CREATE.toString(), "status", "RUNNING"),
            Map.of("upid", CLONE.toString())),
        List.of());
    on(CREATE.path() + "/status", running());
    on(CLONE.path() + "/status", running());
    tasks.settle("pve", 9000);
    assertThat(pauses).hasSize(1);
    assertThat(asked).doesNotContain(CLONE.path() + "/status");
  }

  @Test
  void doesNotWaitForEndedTasksThatAreStillListed() {
    on(
        "/nodes/pve/tasks",
        List.of(
            Map.of("upid", CREATE.toString(), "status", "OK"),
            Map.of(
                "upid",
                "UPID:pve:0012D699:0123ABCD:6500AB12:qmstart:9000:root@pam:",
                "status",
                "RUNNING")));
    on(
        "/nodes/pve/tasks/UPID:pve:0012D699:0123ABCD:6500AB12:qmstart:9000:root@pam:/status",
        ended("unexpected status"));
    tasks.settle("pve", 9000);
    assertThat(pauses).isEmpty();
  }

  @Test
  void waitsForTheCloneThatMakesTheGuest() {
    on("/nodes/pve/tasks", List.of(Map.of("upid", CLONE.toString(), "status", "RUNNING")));
    on(CLONE.path() + "/status", running());
    on(
        "/nodes/pve/qemu/101/config",
        Map.of("lock", "clone"),
        Map.of("lock", "clone"),
        Map.of("name", "done"));
    tasks.settle("pve", 101);
    assertThat(pauses).hasSize(2);
  }

  @Test
  void stopsWaitingWhenInterrupted() {
    Tasks interrupted =
        new Tasks(
            this::read,
            pause -> {
              throw new InterruptedException();
            },
            () -> now);
    on(CREATE.path() + "/status", running());
    on(CREATE.path() + "/log", lines());
    assertThat(
            catchThrowableOfType(
                    ProblemException.class, () -> interrupted.await(CREATE, TaskWatch.NONE))
                .first()
                .slug())
        .isEqualTo("stopped");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void readsProgressInItsThreeForms() {
    List<String> seen = new ArrayList<>();
    TaskLog log =
        new TaskLog(
            new TaskWatch() {
              @Override
              public void line(String text) {}

              @Override
              public void progress(long done, long total) {
                seen.add(done + "/" + total);
              }
            });
    log.line("drive-scsi0: transferred 1.0 GiB of 2.0 GiB (50.00%) in 3s");
    log.line("transferred 512 B of 1.5 KiB (33.33%)");
    log.line("Length: 336527360 (321M) [application/octet-stream]");
    log.line(" 32768K ........ ........ ........ ........ 10%  110M 2s");
    log.line("    (25.01/100%)");
    log.line("nothing of that");
    assertThat(seen)
        .containsExactly("1073741824/2147483648", "512/1536", "33652736/336527360", "25/100");
  }

  @Test
  void keepsTheLastLinesWithoutProgress() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      lines.add("line " + i);
    }
    lines.add("transferred 1 B of 2 B (50.00%)");
    assertThat(TaskLog.tail(lines)).hasSize(TaskLog.KEPT - 1).endsWith("line 29");
  }
}
