package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.module.Definition;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.run.Checkpoint;
import dev.proxkiln.core.run.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A run is killed at every step: before its work, after it, and after the journal's line. Resumed,
 * the node is as after the run that never crashed; undone, it is as before. Most of the time goes
 * by waiting for the node's tasks, so the storages are tried side by side.
 */
@Execution(ExecutionMode.CONCURRENT)
class CrashMatrixTest {
  /** In memory where there is such a place: some hundred journals wait for the disk otherwise. */
  private Path folder;

  @BeforeEach
  void makeFolder(@TempDir Path onDisk) throws Exception {
    Path memory = Path.of("/dev/shm");
    folder =
        Files.isWritable(memory) ? Files.createTempDirectory(memory, "proxkiln-crash") : onDisk;
  }

  @AfterEach
  void removeFolder() throws Exception {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }

  static List<String> storages() {
    return Rig.STORAGES;
  }

  private static String[] create(String storage) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "image",
                "tiny-1",
                "storage",
                storage,
                "timezone",
                "Europe/Vienna",
                "password",
                "secret:pw",
                "disk-size",
                "1G"));
    if (storage.equals("local-lvm")) {
      settings.addAll(
          List.of(
              "firmware",
              "uefi",
              "secure-boot",
              "true",
              "tpm",
              "true",
              "tpm-storage",
              "local",
              "nic",
              "ipv4=none,vlan=7\nmodel=e1000,ipv6=auto",
              "disk",
              "size=64M,bus=virtio,serial=log\nsize=128M,storage=local-zfs"));
    }
    return settings.toArray(String[]::new);
  }

  @ParameterizedTest
  @MethodSource("storages")
  void createSurvivesAKillAtEveryPoint(String storage) throws Exception {
    try (Rig rig = new Rig(folder)) {
      everyPoint(rig, () -> rig.plan("template create", create(storage)));
    }
  }

  @ParameterizedTest
  @MethodSource("storages")
  void testSurvivesAKillAtEveryPoint(String storage) throws Exception {
    try (Rig rig = new Rig(folder)) {
      Outcome made = rig.run(rig.plan("template create", create(storage)));
      assertThat(made.problems()).isEmpty();
      String vmid = made.announced().get("TemplateCreated").get("vmid");
      everyPoint(rig, () -> rig.plan("template test", "template", vmid));
    }
  }

  @Test
  void refreshSurvivesAKillAtEveryPoint() throws Exception {
    try (Rig rig = new Rig(folder)) {
      List<Definition> tiny = List.of(Rig.definition("tiny", "image", "tiny-1", "disk-size", "1G"));
      Supplier<Plan> refresh =
          () ->
              rig.look("template refresh", tiny, "definition", "tiny", "force", "true")
                  .jobs()
                  .getFirst()
                  .plans()
                  .getFirst();
      assertThat(rig.run(refresh.get()).problems()).isEmpty();
      // Its first half is that of create and test, which have their own matrices.
      everyPoint(
          rig,
          refresh,
          step ->
              step.id().matches("create|convert|test-(?:clone-a|verdict|notes.*)|name-.*|.*ed"));
      assertThat(rig.run(refresh.get()).problems()).isEmpty();
      everyPoint(rig, () -> rig.plan("template rollback", "definition", "tiny"));
    }
  }

  @Test
  void publishSurvivesAKillAtEveryPoint() throws Exception {
    try (Rig rig = new Rig(folder, 2)) {
      List<Definition> tiny =
          List.of(
              Rig.definition(
                  "tiny", "image", "tiny-1", "storage", "local-lvm", "disk-size", "64M"));
      Supplier<Plan> publish =
          () ->
              rig.look("template publish", tiny, "template", "tiny")
                  .jobs()
                  .getFirst()
                  .plans()
                  .getFirst();
      Supplier<Plan> refresh =
          () ->
              rig.look("template refresh", tiny, "definition", "tiny", "force", "true")
                  .jobs()
                  .getFirst()
                  .plans()
                  .getFirst();
      assertThat(rig.run(refresh.get()).problems()).isEmpty();
      assertThat(rig.run(publish.get()).problems()).isEmpty();
      assertThat(rig.run(refresh.get()).problems()).isEmpty();
      // The copy of the older version is there and has the name.
      everyPoint(
          rig, publish, step -> step.id().matches("clone|migrate|convert|release|name|verify"));
    }
  }

  private void everyPoint(Rig rig, Supplier<Plan> plans) {
    everyPoint(rig, plans, step -> true);
  }

  private void everyPoint(Rig rig, Supplier<Plan> plans, Predicate<Step> which) {
    String before = rig.world();
    Plan plan = plans.get();
    Outcome whole = rig.run(plan);
    assertThat(whole.problems()).isEmpty();
    assertThat(whole.exitCode()).isZero();
    String after = rig.world();
    assertThat(rig.undo(whole.run()).left()).isEmpty();
    String start = rig.world();

    for (Step step : plan.steps().stream().filter(which).toList()) {
      for (Checkpoint.Moment moment : Checkpoint.Moment.values()) {
        String point = "killed at step '" + step.id() + "', " + moment;
        String run = rig.killed(plan, step.id(), moment);
        Outcome resumed = rig.resume(run);
        assertThat(resumed.problems()).as(point).isEmpty();
        assertThat(rig.world()).as("resumed, " + point).isEqualTo(after);
        assertThat(rig.undo(run).left()).as(point).isEmpty();
        assertThat(rig.world()).as("resumed and undone, " + point).isEqualTo(start);

        String second = rig.killed(plan, step.id(), moment);
        assertThat(rig.undo(second).left()).as(point).isEmpty();
        assertThat(rig.world()).as("undone, " + point).isEqualTo(start);
      }
    }
    assertThat(before).isNotEmpty();
  }
}
