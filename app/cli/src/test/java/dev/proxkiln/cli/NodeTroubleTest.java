package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.call.Verb;
import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.run.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The node is in trouble: each trouble has its own name and exit code, and leaves nothing behind.
 */
class NodeTroubleTest {
  @TempDir Path folder;
  private Rig rig;
  private String before;

  @BeforeEach
  void open() throws Exception {
    rig = new Rig(folder);
    before = rig.world();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private Plan create(String... more) {
    List<String> settings = new ArrayList<>(List.of("image", "tiny-1", "disk-size", "1G"));
    settings.addAll(List.of(more));
    return rig.plan("template create", settings.toArray(String[]::new));
  }

  private void leavesNothing(Outcome outcome, String slug, int exitCode) {
    assertThat(outcome.problems()).extracting(Problem::slug).contains(slug);
    assertThat(outcome.exitCode()).as(outcome.problems().toString()).isEqualTo(exitCode);
    assertThat(outcome.left()).isEmpty();
    rig.sandbox.faults().clear();
    assertThat(rig.world()).isEqualTo(before);
  }

  @Test
  void withoutQuorumNothingIsStarted() {
    Plan plan = create();
    rig.sandbox.faults().setQuorum(false);
    leavesNothing(rig.run(plan), "quorum-lost", 3);
  }

  @Test
  void quorumLostMidwayIsUndoneOnceItIsBack() {
    Plan plan = create();
    rig.events.on(
        RunEvent.StepStarted.class,
        e -> {
          if (e.step().id().equals("create")) {
            rig.sandbox.faults().setQuorum(false);
          }
        });
    Outcome outcome = rig.run(plan);
    leavesNothing(outcome, "quorum-lost", 4);
  }

  @ParameterizedTest
  @CsvSource({"qmcreate,50", "qmtemplate,50", "resize,50"})
  void aTaskThatFailsHalfWayIsUndone(String type, double percent) {
    Plan plan = create("storage", "local");
    rig.sandbox.faults().failNext(type, percent, "something broke at " + percent + " %");
    Outcome outcome = rig.run(plan);
    leavesNothing(outcome, "task-failed", 4);
    assertThat(outcome.problems().getFirst().why()).contains("something broke");
  }

  @Test
  void warningsAreASuccessThatSaysSo() {
    Plan plan = create("password", "secret:root");
    rig.sandbox.faults().warnNext("qmcreate", "EFI disk without the newer certificates");
    Outcome outcome = rig.run(plan);
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.warnings()).isEqualTo(1);
    assertThat(outcome.announced()).containsKey("TemplateCreated");
  }

  @Test
  void aTakenVmIdIsFoundBeforeAndAtTheLastMoment() {
    Plan early = create("vmid", "500");
    assertThat(rig.run(create("vmid", "500")).exitCode()).isZero();
    before = rig.world();
    leavesNothing(rig.run(early), "vmid-taken", 2);
    assertThatThrownBy(() -> create("vmid", "500"))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("500");
  }

  @Test
  void twoBuildsThatRaceForOneIdBothSucceed() throws Exception {
    List<Plan> plans = IntStream.range(0, 4).mapToObj(i -> create("name", "race-" + i)).toList();
    Set<String> ids = new TreeSet<>();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Outcome>> outcomes =
          plans.stream().map(plan -> pool.submit(() -> rig.run(plan))).toList();
      for (Future<Outcome> future : outcomes) {
        Outcome outcome = future.get();
        assertThat(outcome.problems()).isEmpty();
        ids.add(outcome.announced().get("TemplateCreated").get("vmid"));
      }
    }
    assertThat(ids).hasSize(4);
  }

  @Test
  void aStorageWithoutImagesIsRefusedByNameBeforeAnythingHappens() {
    rig.pve.send(
        new ResolvedCall(
            Verb.PUT,
            "/storage/local",
            new LinkedHashMap<>(Map.of("content", List.of("iso,import"))),
            Set.of(),
            Optional.empty()));
    assertThatThrownBy(() -> create("storage", "local"))
        .isInstanceOf(ProblemException.class)
        .satisfies(
            e ->
                assertThat(((ProblemException) e).problems())
                    .anySatisfy(
                        p -> {
                          assertThat(p.slug()).isEqualTo("storage-without-images");
                          assertThat(p.what() + p.next()).contains("local");
                        }));
  }

  @ParameterizedTest
  @CsvSource({"local", "local-lvm", "local-zfs", "lvm"})
  void aStorageThatFillsUpMidwayIsNamed(String storage) {
    Plan plan = create("storage", storage);
    rig.events.on(
        RunEvent.StepStarted.class,
        e -> {
          if (e.step().id().equals("create")) {
            rig.sandbox.setFull(storage, true);
          }
        });
    Outcome outcome = rig.run(plan);
    rig.sandbox.setFull(storage, false);
    leavesNothing(outcome, "storage-full", 4);
  }

  @Test
  void aStorageWithTooLittleRoomIsRefusedBeforeAnythingHappens() {
    Plan plan = create("storage", "lvm", "disk-size", "8G");
    rig.sandbox.setCapacity("lvm", 1L << 30);
    leavesNothing(rig.run(plan), "storage-too-small", 3);
    assertThatThrownBy(() -> create("storage", "lvm", "disk-size", "8G"))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("storage-too-small");
  }
}
