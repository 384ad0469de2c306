package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.call.Verb;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.module.Definition;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.run.Outcome;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.host.fetch.StreamingDownloads;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.testkit.FaultServer;
import dev.proxkiln.testkit.Images;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rotation with a publisher on loopback, against the sandbox with simulated boots. */
class RefreshTest {
  private static final String CATALOGUE =
      """
      distribution: tiny
      title: Tiny
      family: tiny
      publisher: nobody
      defaults:
        user: tiny
        memory: 64M
        min-disk: 16M
        virtual-size: 8M
        firmware: both
        agent: true
      images:
        - id: tiny-1
          title: Tiny 1
          version: "1"
          downloads:
            - arch: amd64
              url: %1$s
              insecure: true
              checksum: {url: "%2$s", form: gnu, algorithm: sha256}
              confidence: confirmed
      """;

  @TempDir Path folder;
  private FaultServer publisher;
  private Rig rig;
  private List<Definition> definitions =
      List.of(Rig.definition("tiny", "image", "tiny-1", "storage", "local", "disk-size", "1G"));

  @BeforeEach
  void start() throws Exception {
    publisher = FaultServer.http();
    publish(8);
    rig =
        new Rig(
            folder,
            Rig.ADDRESS,
            Rig.DIGEST,
            new StreamingDownloads(
                folder.resolve("cache"), List.of(), new ProcessCommands(), Map.of()));
    Files.writeString(
        folder.resolve("config/templates/images/tiny.yaml"),
        CATALOGUE.formatted(publisher.url("/tiny.qcow2"), publisher.url("/SHA256SUMS")));
  }

  @AfterEach
  void stop() {
    rig.close();
    publisher.close();
  }

  /** Another build for another size. */
  private void publish(int mebibytes) throws Exception {
    byte[] image = Images.qcow2((long) mebibytes << 20);
    publisher.serve("/tiny.qcow2", image);
    publisher.serve(
        "/SHA256SUMS",
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(image))
            + "  tiny.qcow2\n");
  }

  private Survey.Found look(String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.addAll(List.of("definition", "tiny"));
    return rig.look("template refresh", definitions, all.toArray(String[]::new));
  }

  private static String state(Survey.Found found) {
    Object row = found.rows().orElseThrow().rows().getFirst();
    return (Tree.text(row, "state") + ": " + Tree.text(row, "why")).replaceAll(": $", "");
  }

  /** Runs all that a look found; the outcome of each plan. */
  private List<Outcome> refresh(String... settings) {
    return look(settings).jobs().stream().flatMap(j -> j.plans().stream()).map(rig::run).toList();
  }

  /** Every template of the series: its name and what it is. */
  private Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    for (GuestFacts guest : rig.facts().guests()) {
      if (guest.template() && guest.tags().contains("series-tiny")) {
        versions.put(
            guest.name().replaceAll("\\d{8}", "DATE"),
            guest.tags().stream()
                .filter(Set.of("current", "superseded")::contains)
                .findFirst()
                .orElse("candidate"));
      }
    }
    return versions;
  }

  /** Guests that are gone leave the machine ID that the sandbox made up for them. */
  private String world() {
    return rig.world().replaceAll("run/\\d+\\.machine-id\n", "");
  }

  private String vmid(String name) {
    return rig.facts().guests().stream()
        .filter(g -> g.name().replaceAll("\\d{8}", "DATE").equals(name))
        .map(g -> Long.toString(g.vmid()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aNewerBuildBecomesTheCurrentVersionAndTheOldOneStays() throws Exception {
    assertThat(state(look())).isEqualTo("due: there is no current version");
    List<Outcome> first = refresh();
    assertThat(first).extracting(Outcome::exitCode).containsExactly(0);
    assertThat(versions()).isEqualTo(Map.of("tiny", "current"));
    assertThat(state(look())).isEqualTo("up to date");
    assertThat(look().jobs()).isEmpty();

    publish(4);
    assertThat(state(look())).isEqualTo("due: the publisher has a newer build");
    List<Outcome> second = refresh();
    assertThat(second).extracting(Outcome::exitCode).containsExactly(0);
    assertThat(second.getFirst().announced())
        .containsKeys("TemplateCreated", "TemplateSuperseded", "TemplateRefreshed");
    assertThat(versions()).isEqualTo(Map.of("tiny", "current", "tiny-DATE", "superseded"));
    assertThat(state(look())).isEqualTo("up to date");
    assertThat(second.getFirst().announced().get("TemplateSuperseded"))
        .containsEntry("by", vmid("tiny"))
        .containsEntry("vmid", vmid("tiny-DATE"));
  }

  @Test
  void lookingDownloadsNoImage() throws Exception {
    refresh();
    publish(4);
    publisher.forget();
    assertThat(look().jobs()).hasSize(1);
    assertThat(publisher.requests("/tiny.qcow2")).isEmpty();
    assertThat(publisher.requests("/SHA256SUMS")).isNotEmpty();
  }

  @Test
  void aFailingBootTestLeavesTheNameAndNothingElse() throws Exception {
    refresh();
    String before = world();
    publish(4);
    rig.cloudInit = "error";
    List<Outcome> second = refresh();
    assertThat(second.getFirst().exitCode()).isEqualTo(4);
    assertThat(second.getFirst().problems().getFirst().slug()).isEqualTo("template-test-failed");
    assertThat(second.getFirst().announced().get("TemplateRefreshFailed"))
        .containsEntry("step", "test-verdict");
    assertThat(world()).isEqualTo(before);
    assertThat(versions()).isEqualTo(Map.of("tiny", "current"));
  }

  @Test
  void aChangedDefinitionIsDue() {
    refresh();
    definitions =
        List.of(
            Rig.definition(
                "tiny", "image", "tiny-1", "storage", "local", "disk-size", "1G", "cores", "2"));
    assertThat(state(look())).isEqualTo("due: the definition has changed");
  }

  @Test
  void undoGivesTheNameBack() throws Exception {
    refresh();
    String before = world();
    publish(4);
    String run = refresh().getFirst().run();
    assertThat(rig.undo(run).left()).isEmpty();
    assertThat(world()).isEqualTo(before);
  }

  @Test
  void keepsTheLastVersionsAndDeletesOlderOnes() throws Exception {
    for (int build : List.of(8, 4, 2)) {
      publish(build);
      assertThat(refresh("keep", "2")).allMatch(outcome -> outcome.exitCode() == 0);
    }
    assertThat(versions()).hasSize(2).containsEntry("tiny", "current");
    publish(1);
    assertThat(refresh("keep", "1")).allMatch(outcome -> outcome.exitCode() == 0);
    assertThat(versions()).isEqualTo(Map.of("tiny", "current"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "local-zfs", "local-lvm"})
  void aBaseInUseIsNeverDeleted(String storage) throws Exception {
    definitions =
        List.of(Rig.definition("tiny", "image", "tiny-1", "storage", storage, "disk-size", "1G"));
    refresh();
    rig.call(
        Verb.POST, "/nodes/pve/qemu/" + vmid("tiny") + "/clone", "newid", "500", "name", "web");
    publish(4);
    Survey.Found found = look("keep", "1");
    assertThat(Tree.text(found.rows().orElseThrow().rows().getFirst(), "kept[0]"))
        .contains("used by 500");
    assertThat(refresh("keep", "1")).hasSize(1).allMatch(outcome -> outcome.exitCode() == 0);
    assertThat(versions()).isEqualTo(Map.of("tiny", "current", "tiny-DATE", "superseded"));

    rig.call(Verb.DELETE, "/nodes/pve/qemu/500");
    assertThat(refresh("keep", "1")).hasSize(1).allMatch(outcome -> outcome.exitCode() == 0);
    assertThat(versions()).isEqualTo(Map.of("tiny", "current"));
  }

  @Test
  void aCloneMadeAfterTheLookIsFoundOutByTheNode() throws Exception {
    refresh();
    publish(4);
    List<Plan> plans = look("keep", "1").jobs().getFirst().plans();
    assertThat(plans).hasSize(2);
    rig.call(
        Verb.POST, "/nodes/pve/qemu/" + vmid("tiny") + "/clone", "newid", "500", "name", "web");
    assertThat(rig.run(plans.get(0)).exitCode()).isZero();
    Outcome prune = rig.run(plans.get(1));
    assertThat(prune.problems().getFirst().slug()).isEqualTo("base-in-use");
    assertThat(versions()).isEqualTo(Map.of("tiny", "current", "tiny-DATE", "superseded"));
  }

  @Test
  void rollbackGivesTheNameToTheEarlierVersionAndUndoTakesItBack() throws Exception {
    refresh();
    String old = vmid("tiny");
    publish(4);
    refresh();
    String before = world();
    Outcome back = rig.run(rig.plan("template rollback", "definition", "tiny"));
    assertThat(back.problems()).isEmpty();
    assertThat(vmid("tiny")).isEqualTo(old);
    assertThat(versions()).isEqualTo(Map.of("tiny", "current", "tiny-DATE-2", "superseded"));
    // What somebody went back from is not made again by the next timer.
    assertThat(state(look())).startsWith("held: version ");
    assertThat(look().jobs()).isEmpty();
    assertThat(look("force", "true").jobs()).hasSize(1);
    assertThatThrownBy(() -> rig.plan("template rollback", "definition", "tiny"))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.first().slug()).isEqualTo("version-unknown"));
    assertThat(rig.undo(back.run()).left()).isEmpty();
    assertThat(world()).isEqualTo(before);
  }

  @Test
  void whatThePublisherWentBackToIsThereAlready() throws Exception {
    refresh();
    publish(4);
    refresh();
    publish(8);
    assertThat(state(look()))
        .matches("held: version (\\d{8}) is the same: template rollback tiny --to \\1");
    assertThat(look("keep", "1").jobs()).isEmpty();
  }

  @Test
  void whatWasRolledBackFromStaysUntilThereIsANewerVersion() throws Exception {
    refresh();
    publish(4);
    refresh();
    assertThat(rig.run(rig.plan("template rollback", "definition", "tiny")).problems()).isEmpty();
    // Were it deleted, the next refresh would make the same build again.
    assertThat(look("keep", "1").jobs()).isEmpty();
    assertThat(state(look("keep", "1"))).endsWith("-2 is the same, and was rolled back; --force");
    publish(2);
    assertThat(refresh("keep", "1")).allMatch(outcome -> outcome.exitCode() == 0);
    assertThat(versions()).isEqualTo(Map.of("tiny", "current"));
  }

  @Test
  void aNameThatSomebodyElseHasIsNotTaken() {
    rig.run(rig.plan("template create", "image", "tiny-1", "name", "tiny", "disk-size", "1G"));
    Survey.Found found = look();
    assertThat(found.jobs()).isEmpty();
    assertThat(found.problems().getFirst().slug()).isEqualTo("series-name-taken");
  }

  @Test
  void whatCannotBeAskedStopsNoOtherDefinition() {
    definitions =
        List.of(
            Rig.definition("gone", "image", "tinny-1"),
            Rig.definition("tiny", "image", "tiny-1", "storage", "local", "disk-size", "1G"));
    Survey.Found found = rig.look("template refresh", definitions, "all", "true");
    assertThat(found.jobs()).extracting(Survey.Job::about).containsExactly("tiny");
    assertThat(found.problems().getFirst().slug()).isEqualTo("image-unknown");
  }
}
