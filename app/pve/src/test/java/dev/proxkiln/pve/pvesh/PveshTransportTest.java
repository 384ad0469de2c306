package dev.proxkiln.pve.pvesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.proxkiln.core.call.Verb;
import dev.proxkiln.core.port.PvePort.Answer;
import dev.proxkiln.core.port.PvePort.TaskWatch;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PveshTransportTest {

  private static final String UPID = "UPID:pve:0012D687:0123ABCD:6500AB12:qmcreate:9000:root@pam:";

  /** Answers which node this is. */
  private static final String HERE =
      """
      if [ "$2" = /cluster/status ]; then
        echo '[{"type":"node","name":"pve","local":1},{"type":"node","name":"b","local":0}]'
        exit 0
      fi
      """;

  @TempDir Path folder;
  private StandIn node;
  private PveshTransport pvesh;

  @BeforeEach
  void setUp() {
    node = new StandIn(folder);
    pvesh = new PveshTransport(node.commands());
  }

  private static ResolvedCall call(Verb verb, String path, String... namesAndValues) {
    return secretly(verb, path, Set.of(), namesAndValues);
  }

  private static ResolvedCall secretly(
      Verb verb, String path, Set<String> secrets, String... namesAndValues) {
    LinkedHashMap<String, List<String>> params = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      params.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
    }
    return new ResolvedCall(verb, path, params, secrets, Optional.empty());
  }

  private static Problem problemOf(Runnable work) {
    ProblemException thrown = catchThrowableOfType(ProblemException.class, work::run);
    assertThat(thrown).as("a problem").isNotNull();
    return thrown.first();
  }

  /** A create whose task ran in the foreground, and the status that it ended with. */
  private void task(String log, String error, String exitStatus) {
    node.program(
        "pvesh",
        """
        case "$1 $2" in
        create*)
          cat <<'L'
        LOG
        "UPID"
        L
          printf '%s' "ERROR" >&2
          exit 0 ;;
        "get /nodes/pve/tasks/UPID/status")
          cat <<'S'
        {"status":"stopped","exitstatus":"EXIT"}
        S
          ;;
        *) echo "No 'get' handler defined for '$2'" >&2; exit 1 ;;
        esac
        """
            .replace("LOG", log)
            .replace("UPID", UPID)
            .replace("ERROR", error)
            .replace("EXIT", exitStatus));
  }

  @Test
  void readsAnAnswerAndPassesArgumentsWhole() {
    node.program("pvesh", "echo '{\"version\":\"9.2.3\"}'\n");
    Answer answer = pvesh.send(call(Verb.GET, "/version", "x", "a 'b'=\"c\";$d"));
    assertThat(Tree.text(answer.value(), "version")).isEqualTo("9.2.3");
    assertThat(node.calls())
        .containsExactly(
            List.of(
                "pvesh C.UTF-8",
                "get",
                "/version",
                "--x",
                "a 'b'=\"c\";$d",
                "--output-format",
                "json"));
  }

  @Test
  void passesCharactersOnOrRefusesThem() {
    node.program("pvesh", "echo 1\n");
    boolean unicode = "UTF-8".equals(System.getProperty("sun.jnu.encoding"));
    ResolvedCall call = call(Verb.POST, "/x", "description", "grün €");
    if (unicode) {
      pvesh.send(call);
      assertThat(node.calls().getFirst()).contains("grün €");
    } else {
      assertThat(problemOf(() -> pvesh.send(call)).slug()).isEqualTo("locale-not-utf8");
      assertThat(node.calls()).isEmpty();
    }
  }

  @Test
  void repeatsTheOptionOfAnArray() {
    node.program("pvesh", "echo '{\"pid\":1}'\n");
    LinkedHashMap<String, List<String>> params = new LinkedHashMap<>();
    params.put("command", List.of("ls", "-l", "/"));
    pvesh.send(
        new ResolvedCall(
            Verb.POST, "/nodes/pve/qemu/100/agent/exec", params, Set.of(), Optional.empty()));
    assertThat(node.calls().getFirst())
        .containsSequence("--command", "ls", "--command", "-l", "--command", "/");
  }

  @Test
  void readsAJsonString() {
    node.program("pvesh", "echo '\"101\"'\n");
    assertThat(pvesh.send(call(Verb.GET, "/cluster/nextid")).value()).isEqualTo("101");
  }

  @Test
  void takesTheTaskFromTheLastLineAndItsLogFromTheRest() {
    task("create\ntransferred 2.0 MiB of 40.0 MiB (5.00%)\nscsi0: successfully created", "", "OK");
    List<String> seen = new ArrayList<>();
    TaskWatch watch = watch(seen);
    Answer answer = pvesh.send(call(Verb.POST, "/nodes/pve/qemu", "vmid", "9000"), watch);
    assertThat(answer.task()).contains(UPID);
    assertThat(pvesh.await(UPID, watch).exitStatus()).isEqualTo("OK");
    assertThat(seen)
        .containsExactly(
            "create",
            "transferred 2.0 MiB of 40.0 MiB (5.00%)",
            "2097152/41943040",
            "scsi0: successfully created");
  }

  @Test
  void tellsTheLogAfterwardsToThoseWhoDidNotWatch() {
    task("one", "", "WARNINGS: 1");
    List<String> seen = new ArrayList<>();
    pvesh.send(call(Verb.POST, "/nodes/pve/qemu", "vmid", "9000"));
    assertThat(pvesh.await(UPID, watch(seen)).warnings()).isEqualTo(1);
    assertThat(seen).containsExactly("one");
  }

  @Test
  void doesNotTrustTheExitCodeOfAFailedTask() {
    task(
        "formatting",
        "unable to create VM 9000 - storage 'x' does not exist",
        "unable to create VM 9000 - storage 'x' does not exist");
    Answer answer = pvesh.send(call(Verb.POST, "/nodes/pve/qemu", "vmid", "9000"));
    Problem problem = problemOf(() -> pvesh.await(answer.task().orElseThrow(), TaskWatch.NONE));
    assertThat(problem.slug()).isEqualTo("storage-missing");
    assertThat(problem.why()).contains("| formatting");
  }

  @Test
  void findsTheTaskWhereAnotherNodesLogIsPartOfTheString() {
    String upid = UPID.replace(":pve:", ":b:");
    node.program("pvesh", "echo '\"a log line of b\\\"" + upid + "\"'\n");
    assertThat(pvesh.send(call(Verb.POST, "/nodes/b/qemu", "vmid", "9000")).task()).contains(upid);
  }

  @Test
  void takesTheTextOfSetForSuccessAndNotForJson() {
    node.program("pvesh", "echo 'update VM 410: -memory 256'\n");
    Answer answer = pvesh.send(call(Verb.PUT, "/nodes/pve/qemu/410/config", "memory", "256"));
    assertThat(answer.value()).isNull();
    assertThat(answer.task()).isEmpty();
  }

  @Test
  void tellsErrorsBeforeATaskApartByTheirWordsWhateverTheCode() {
    for (int code : List.of(2, 4, 25, 255)) {
      node.program(
          "pvesh",
          "echo \"unable to create VM 300 - VM 300 already exists on node 'pve'\" >&2\nexit "
              + code
              + "\n");
      assertThat(problemOf(() -> pvesh.send(call(Verb.POST, "/nodes/pve/qemu"))).slug())
          .isEqualTo("vmid-taken");
    }
  }

  @Test
  void triesAgainAfterAMissedLock() {
    node.program(
        "pvesh",
        """
        if [ -e "$0.tried" ]; then echo 'update VM 100: -memory 256'; exit 0; fi
        : > "$0.tried"
        echo 'trying to acquire lock...' >&2
        echo "can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout" >&2
        exit 4
        """);
    pvesh.send(call(Verb.PUT, "/nodes/pve/qemu/100/config", "memory", "256"));
    assertThat(node.calls()).hasSize(2);
  }

  @Test
  void namesEveryRefusedParameter() {
    node.program(
        "pvesh",
        "cat >&2 <<'E'\n400 Parameter verification failed.\nmemory: value must have a minimum value"
            + " of 16\nnet0.tag: type check failed\n\npvesh create <api_path>\nE\nexit 255\n");
    Problem problem = problemOf(() -> pvesh.send(call(Verb.POST, "/nodes/pve/qemu")));
    assertThat(problem.slug()).isEqualTo("parameter-refused");
    assertThat(problem.what()).contains("'memory', 'net0.tag'");
  }

  @Test
  void setsThePasswordByStandardInputAndNeverByAnArgument() throws IOException {
    node.program("pvesh", HERE + "echo 'update VM 100: -ciuser bob'\n")
        .program(
            "qm", "cat > \"" + folder + "/stdin\"\necho 'update VM 100: -cipassword <hidden>'\n");
    Answer answer =
        pvesh.send(
            secretly(
                Verb.PUT,
                "/nodes/pve/qemu/100/config",
                Set.of("cipassword"),
                "ciuser",
                "bob",
                "cipassword",
                "s3cret pass"));
    assertThat(answer.task()).isEmpty();
    assertThat(Files.readString(node.file("stdin"))).isEqualTo("s3cret pass\ns3cret pass\n");
    assertThat(node.calls())
        .containsExactly(
            List.of("pvesh C.UTF-8", "get", "/cluster/status", "--output-format", "json"),
            List.of(
                "pvesh C.UTF-8",
                "set",
                "/nodes/pve/qemu/100/config",
                "--ciuser",
                "bob",
                "--output-format",
                "json"),
            List.of("qm C.UTF-8", "set", "100", "--cipassword"));
  }

  @Test
  void refusesEverySecretThatHasNoSafeWay() {
    List<ResolvedCall> calls =
        List.of(
            secretly(Verb.POST, "/nodes/pve/qemu", Set.of("cipassword"), "cipassword", "s3cret"),
            secretly(Verb.POST, "/nodes/pve/lxc", Set.of("password"), "password", "s3cret"),
            secretly(
                Verb.PUT,
                "/nodes/pve/qemu/100/config",
                Set.of("cipassword", "args"),
                "cipassword",
                "s3cret",
                "args",
                "s3cret"),
            secretly(
                Verb.PUT, "/nodes/b/qemu/100/config", Set.of("cipassword"), "cipassword", "s3cret"),
            secretly(
                Verb.PUT,
                "/nodes/pve/qemu/100/config",
                Set.of("cipassword"),
                "cipassword",
                "s3\ncret"));
    node.program("pvesh", HERE + "exit 1\n");
    for (ResolvedCall call : calls) {
      Problem problem = problemOf(() -> pvesh.send(call));
      assertThat(problem.slug()).isEqualTo("secret-not-sendable");
      assertThat(problem.toString()).doesNotContain("s3cret");
    }
    assertThat(node.calls()).allMatch(call -> call.contains("/cluster/status"));
  }

  @Test
  void uploadsByAFileOfTheNameThatTheCallAccepts() throws IOException {
    task("starting file import", "", "OK");
    Path image = Files.writeString(folder.resolve("x.qcow2"), "QFI");
    node.program("cp", "");
    LinkedHashMap<String, List<String>> params = new LinkedHashMap<>();
    params.put("content", List.of("import"));
    Answer answer =
        pvesh.send(
            new ResolvedCall(
                Verb.POST,
                "/nodes/pve/storage/local/upload",
                params,
                Set.of(),
                Optional.of(image)));
    assertThat(answer.task()).contains(UPID);
    List<String> copy = node.calls().get(0);
    String temporary = copy.getLast();
    assertThat(temporary).matches("/var/tmp/pveupload-[0-9a-f]+");
    assertThat(copy.get(copy.size() - 2)).isEqualTo(image.toString());
    assertThat(node.calls().get(1))
        .containsSequence(
            "create",
            "/nodes/pve/storage/local/upload",
            "--content",
            "import",
            "--filename",
            "x.qcow2",
            "--tmpfilename",
            temporary);
  }

  @Test
  void deletesTheTemporaryFileWhenTheUploadIsRefused() throws IOException {
    Path image = Files.writeString(folder.resolve("x.img"), "QFI");
    node.program("cp", "")
        .program("rm", "")
        .program(
            "pvesh",
            "echo '400 Parameter verification failed.\nfilename: wrong file extension' >&2; exit 255\n");
    Problem problem =
        problemOf(
            () ->
                pvesh.send(
                    new ResolvedCall(
                        Verb.POST,
                        "/nodes/pve/storage/local/upload",
                        new LinkedHashMap<>(),
                        Set.of(),
                        Optional.of(image))));
    assertThat(problem.slug()).isEqualTo("parameter-refused");
    assertThat(node.calls().getLast())
        .containsExactly("rm C.UTF-8", "-f", "--", node.calls().getFirst().getLast());
  }

  @Test
  void killsThePveshOfAStoppedRun() throws Exception {
    node.program("pvesh", "echo started; exec sleep 60\n");
    Thread caller = Thread.currentThread();
    TaskWatch interrupting =
        new TaskWatch() {
          @Override
          public void line(String text) {
            caller.interrupt();
          }

          @Override
          public void progress(long done, long total) {}
        };
    long before = System.nanoTime();
    assertThat(problemOf(() -> pvesh.send(call(Verb.POST, "/nodes/pve/qemu"), interrupting)).slug())
        .isEqualTo("stopped");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(System.nanoTime() - before).isLessThan(30_000_000_000L);
  }

  private static TaskWatch watch(List<String> seen) {
    return new TaskWatch() {
      @Override
      public void line(String text) {
        seen.add(text);
      }

      @Override
      public void progress(long done, long total) {
        seen.add(done + "/" + total);
      }
    };
  }
}
