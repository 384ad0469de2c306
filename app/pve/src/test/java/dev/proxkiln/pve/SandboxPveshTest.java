package dev.proxkiln.pve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.call.Verb;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.PvePort.Answer;
import dev.proxkiln.core.port.PvePort.TaskWatch;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.pve.model.Drive;
import dev.proxkiln.pve.pvesh.PveshTransport;
import dev.proxkiln.sandbox.Sandbox;
import dev.proxkiln.sandbox.SandboxOptions;
import dev.proxkiln.sandbox.boot.BootMode;
import dev.proxkiln.sandbox.pvesh.PveshCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The local transport against the sandbox's own {@code pvesh}, misleading exit codes included. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SandboxPveshTest {

  private Path folder;
  private Sandbox sandbox;
  private PvePort pvesh;

  /** Runs {@code pvesh} inside this process. */
  private static final class InProcess implements Commands {
    private final PveshCommand command;

    InProcess(Path stateDir) {
      this.command = new PveshCommand(stateDir);
    }

    @Override
    public Ended run(Command what, Consumer<String> line) {
      assertThat(what.argv().getFirst()).isEqualTo("pvesh");
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      int exit =
          command.run(
              what.argv().subList(1, what.argv().size()),
              new PrintStream(out, true, StandardCharsets.UTF_8),
              new PrintStream(err, true, StandardCharsets.UTF_8));
      out.toString(StandardCharsets.UTF_8).lines().forEach(line);
      err.toString(StandardCharsets.UTF_8).lines().forEach(line);
      return new Ended(
          exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
  }

  @BeforeAll
  void open(@TempDir Path temporary) throws IOException {
    folder = temporary;
    Files.write(folder.resolve("image.raw"), new byte[3 << 20]);
    sandbox =
        Sandbox.open(SandboxOptions.in(folder.resolve("node")).withBootMode(BootMode.SIMULATED));
    pvesh = new PveshTransport(new InProcess(sandbox.stateDir()));
  }

  @AfterEach
  void endTrouble() {
    sandbox.faults().clear();
  }

  @AfterAll
  void close() {
    sandbox.close();
  }

  private static ResolvedCall call(Verb verb, String path, String... namesAndValues) {
    LinkedHashMap<String, List<String>> params = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      params.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
    }
    return new ResolvedCall(verb, path, params, Set.of(), Optional.empty());
  }

  private static Problem problemOf(Runnable work) {
    ProblemException thrown = catchThrowableOfType(ProblemException.class, work::run);
    assertThat(thrown).as("a problem").isNotNull();
    return thrown.first();
  }

  private String disk() {
    return Drive.importing("local-lvm", Text.of(folder.resolve("image.raw").toString())).print();
  }

  private void done(Verb verb, String path, String... namesAndValues) {
    Answer answer = pvesh.send(call(verb, path, namesAndValues));
    answer.task().ifPresent(task -> pvesh.await(task, TaskWatch.NONE));
  }

  @Test
  void readsTheFacts() {
    Facts facts = FactsReader.read(pvesh, TargetKind.LOCAL, "local", Optional.empty(), true);
    assertThat(facts.node()).isEqualTo("pve");
    assertThat(facts.nextId()).isPresent();
    assertThat(facts.storagesFor("images")).isNotEmpty();
    assertThat(facts.importsByPath()).isTrue();
  }

  @Test
  void buildsATemplateAndWatchesIt() {
    List<String> lines = new ArrayList<>();
    List<Long> bytes = new ArrayList<>();
    TaskWatch watch =
        new TaskWatch() {
          @Override
          public void line(String text) {
            lines.add(text);
          }

          @Override
          public void progress(long done, long total) {
            bytes.add(done);
          }
        };
    Answer answer =
        pvesh.send(
            call(
                Verb.POST,
                "/nodes/pve/qemu",
                "vmid",
                "9000",
                "scsi0",
                disk(),
                "description",
                "it's \"quoted\"; $HOME = ü"),
            watch);
    assertThat(pvesh.await(answer.task().orElseThrow(), watch).exitStatus()).isEqualTo("OK");
    assertThat(lines)
        .filteredOn(line -> line.startsWith("scsi0: successfully created disk"))
        .hasSize(1);
    assertThat(bytes).isNotEmpty().isSorted();
    done(Verb.PUT, "/nodes/pve/qemu/9000/config", "memory", "256");
    done(Verb.POST, "/nodes/pve/qemu/9000/template");
    Pve pve = new Pve(pvesh, "pve");
    assertThat(pve.config(9000).orElseThrow())
        .containsEntry("template", "1")
        .containsEntry("memory", "256");
    assertThat(Tree.text(pve.get("/nodes/pve/qemu/9000/config"), "description").strip())
        .isEqualTo("it's \"quoted\"; $HOME = ü");
    done(Verb.POST, "/nodes/pve/qemu/9000/clone", "newid", "9001");
    pvesh.settle("pve", 9001);
    assertThat(pve.config(9001)).isPresent();
    done(Verb.DELETE, "/nodes/pve/qemu/9001", "purge", "1");
    done(Verb.DELETE, "/nodes/pve/qemu/9000", "purge", "1");
    assertThat(pve.config(9000)).isEmpty();
  }

  @Test
  void doesNotTakeTheExitCodeOfAFailedTaskForSuccess() {
    sandbox.faults().failNext("qmcreate", 50, "something broke half-way");
    Answer answer = pvesh.send(call(Verb.POST, "/nodes/pve/qemu", "vmid", "9002", "scsi0", disk()));
    Problem problem = problemOf(() -> pvesh.await(answer.task().orElseThrow(), TaskWatch.NONE));
    assertThat(problem.slug()).isEqualTo("task-failed");
    assertThat(problem.why()).startsWith("unable to create VM 9002");
    assertThat(new Pve(pvesh, "pve").config(9002)).isEmpty();
  }

  @Test
  void tellsRefusalsApart() {
    done(Verb.POST, "/nodes/pve/qemu", "vmid", "9003");
    assertThat(problemOf(() -> done(Verb.POST, "/nodes/pve/qemu", "vmid", "9003")).slug())
        .isEqualTo("vmid-taken");
    assertThat(problemOf(() -> done(Verb.PUT, "/nodes/pve/qemu/9003/config", "memory", "1")).slug())
        .isEqualTo("parameter-refused");
    assertThat(problemOf(() -> done(Verb.PUT, "/nodes/pve/qemu/9003/config", "nosuch", "1")).slug())
        .isEqualTo("parameter-refused");
    assertThat(problemOf(() -> pvesh.send(ResolvedCall.get("/nosuch"))).slug())
        .isEqualTo("endpoint-missing");
    assertThat(problemOf(() -> pvesh.send(ResolvedCall.get("/nodes/pve/qemu/9999/config"))).slug())
        .isEqualTo("guest-missing");
    sandbox.faults().setQuorum(false);
    assertThat(problemOf(() -> done(Verb.POST, "/nodes/pve/qemu", "vmid", "9004")).slug())
        .isEqualTo("quorum-lost");
  }

  @Test
  void readsWarningsAsSuccess() {
    sandbox.faults().warnNext("qmcreate", "be warned");
    Answer answer = pvesh.send(call(Verb.POST, "/nodes/pve/qemu", "vmid", "9005"));
    assertThat(pvesh.await(answer.task().orElseThrow(), TaskWatch.NONE).warnings()).isEqualTo(1);
  }
}
