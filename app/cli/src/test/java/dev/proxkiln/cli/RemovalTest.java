package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.call.Verb;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.module.Definition;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.PlanText;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.run.Checkpoint;
import dev.proxkiln.core.run.Outcome;
import dev.proxkiln.core.tree.Tree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is deleted in a cluster, what stays, and what a failure halfway leaves to a second try. */
class RemovalTest extends ThreeNodes {
  private static List<Plan> plans(Survey.Found found) {
    assertThat(found.problems()).isEmpty();
    return found.jobs().stream().flatMap(job -> job.plans().stream()).toList();
  }

  private void publish(String name, String nodes) {
    run(rig.look("template publish", List.of(), "template", name, "nodes", nodes));
  }

  private Plan delete(String name) {
    return rig.plan("template delete", "template", name, "with-copies", "true");
  }

  private Survey.Found tidy(String... settings) {
    return rig.look("template tidy", List.of(), settings);
  }

  private static List<String> rows(Survey.Found found) {
    return found.rows().orElseThrow().rows().stream()
        .map(
            row ->
                Tree.text(row, "node")
                    + " "
                    + Tree.text(row, "what").replaceAll("\\d{8}", "DATE")
                    + ": "
                    + (Tree.text(row, "state") + ", " + Tree.text(row, "why"))
                        .replaceFirst(", $", ""))
        .toList();
  }

  private List<String> guests() {
    return rig.facts().guests().stream()
        .map(g -> g.node() + " " + g.vmid() + " " + g.name().replaceAll("\\d{8}", "DATE"))
        .sorted()
        .toList();
  }

  private GuestFacts guest(String name, String node) {
    return rig.facts().guests().stream()
        .filter(g -> g.name().replaceAll("\\d{8}", "DATE").equals(name) && g.node().equals(node))
        .findFirst()
        .orElseThrow();
  }

  /** The guests whose removal a plan shows. */
  private static List<String> removals(Plan plan) {
    return PlanText.text(plan)
        .lines()
        .map(String::strip)
        .filter(line -> line.matches("(?:pvesh delete|qm destroy) .*"))
        .map(line -> line.split(" ", -1)[2])
        .toList();
  }

  // ---- delete ----

  @Test
  void aCloneOfACopyStopsTheRemovalAndASecondOneFinishesIt() {
    make("web", "storage", "local");
    publish("web", "pve2,pve3");
    make("other", "storage", "local");
    GuestFacts last = guest("web", "pve3");
    rig.call(
        Verb.POST, "/nodes/pve3/qemu/" + last.vmid() + "/clone", "newid", "500", "name", "mine");

    assertThat(removals(delete("web")))
        .containsExactly("/nodes/pve2/qemu/101", "/nodes/pve3/qemu/102", "100");
    assertThat(rig.run(delete("web")).problems())
        .extracting(Problem::slug)
        .containsExactly("base-in-use");
    // The original is there and counts the copy that is left.
    assertThat(guests())
        .containsExactly("pve 100 web", "pve 103 other", "pve3 102 web", "pve3 500 mine");
    assertThatThrownBy(() -> rig.plan("template delete", "template", "web"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.first().slug()).isEqualTo("template-has-copies");
              assertThat(e.first().what()).contains("102 on node pve3");
            });
    assertThat(rig.run(delete("web")).problems())
        .extracting(Problem::slug)
        .containsExactly("base-in-use");

    rig.call(Verb.DELETE, "/nodes/pve3/qemu/500");
    assertThat(rig.run(delete("web")).problems()).isEmpty();
    assertThat(guests()).containsExactly("pve 103 other");
  }

  @Test
  void aKilledRemovalGoesOnAndTouchesNothingElse() {
    for (Checkpoint.Moment moment : Checkpoint.Moment.values()) {
      make("web", "storage", "local-lvm");
      publish("web", "pve2");
      String run = rig.killed(delete("web"), "delete-101", moment);
      Outcome resumed = rig.resume(run);
      assertThat(resumed.problems()).as(moment.toString()).isEmpty();
      assertThat(guests()).isEmpty();
    }
  }

  @Test
  void whatChangedSinceTheLookIsLeftAlone() {
    make("web", "storage", "local-lvm");
    publish("web", "pve2,pve3");
    Plan plan = delete("web");
    rig.call(Verb.PUT, "/nodes/pve3/qemu/102/config", "name", "mine");
    assertThat(rig.run(plan).problems())
        .extracting(Problem::slug)
        .containsExactly("not-a-template");
    rig.call(Verb.PUT, "/nodes/pve3/qemu/102/config", "name", "web", "protection", "1");
    assertThat(rig.run(delete("web")).problems())
        .extracting(Problem::slug)
        .containsExactly("protected");
    // Everything is looked at before anything goes.
    assertThat(guests()).containsExactly("pve 100 web", "pve2 101 web", "pve3 102 web");
  }

  // ---- tidy ----

  private List<Path> snippets() throws Exception {
    try (Stream<Path> all = Files.walk(rig.sandbox.stateDir())) {
      return all.filter(f -> f.getFileName().toString().matches("proxkiln-.*\\.yaml"))
          .sorted()
          .toList();
    }
  }

  @Test
  void tidyRemovesTheSnippetsThatNothingNames() throws Exception {
    rig.call(Verb.PUT, "/storage/shared", "disable", "1");
    for (String name : List.of("one", "two", "used")) {
      make(name, "storage", "local", "timezone", "UTC", "customize", "first-boot");
    }
    long used = guest("used", "pve").vmid();
    rig.call(Verb.POST, "/nodes/pve/qemu/" + used + "/clone", "newid", "500", "full", "1");
    for (String name : List.of("one", "two", "used")) {
      assertThat(rig.run(rig.plan("template delete", "template", name)).problems()).isEmpty();
    }
    Path foreign = snippets().getFirst().resolveSibling("somebody-s.yaml");
    Files.writeString(foreign, "#cloud-config\n");
    assertThat(rows(tidy())).hasSize(3).filteredOn(row -> row.endsWith(": new")).hasSize(2);
    assertThat(tidy().jobs()).isEmpty();
    FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(3)));
    for (Path snippet : snippets()) {
      Files.setLastModifiedTime(snippet, old);
    }
    Files.setLastModifiedTime(foreign, old);

    assertThat(rows(tidy())).filteredOn(row -> row.endsWith(": unused")).hasSize(2);
    Plan plan = plans(tidy()).getFirst();
    assertThat(removals(plan))
        .hasSize(2)
        .allMatch(path -> path.startsWith("/nodes/pve/storage/local/content/local:snippets/"));
    // Somebody else removed the first meanwhile, and the run was killed behind the other.
    String first = removals(plan).getFirst();
    Files.delete(snippets().getFirst().resolveSibling(first.substring(first.lastIndexOf('/') + 1)));
    String run = rig.killed(plan, "remove", Checkpoint.Moment.AFTER);
    assertThat(rig.resume(run).problems()).isEmpty();
    assertThat(snippets()).hasSize(1);
    assertThat(foreign).exists();
    assertThat(rows(tidy())).singleElement().asString().endsWith(": in use");
    assertThat(tidy().jobs()).isEmpty();
    rig.call(Verb.POST, "/nodes/pve/qemu/500/status/start");
  }

  @Test
  void tidyDeletesOldVersionsWhenAskedAndNeverWhatIsNeeded() {
    List<Definition> tiny =
        List.of(
            Rig.definition("tiny", "image", "tiny-1", "storage", "local-lvm", "disk-size", "64M"));
    for (int version = 1; version <= 4; version++) {
      run(rig.look("template refresh", tiny, "definition", "tiny", "force", "true", "keep", "9"));
      if (version == 2) {
        publish("tiny", "pve2");
      }
    }
    make("other", "storage", "local-lvm");
    assertThat(tidy().jobs()).isEmpty();
    assertThat(rows(tidy("keep", "3"))).containsExactly("pve 100 (tiny-DATE): old");
    // The copy on pve2 still serves under the name: its version stays, and so does what has clones.
    long oldest = guest("tiny-DATE", "pve").vmid();
    rig.call(Verb.POST, "/nodes/pve/qemu/" + oldest + "/clone", "newid", "500");
    assertThat(rows(tidy("keep", "1")))
        .containsExactlyInAnyOrder(
            "pve 103 (tiny-DATE-3): old",
            "pve 101 (tiny-DATE-2): kept, copy 102 on pve2 has the name",
            "pve 100 (tiny-DATE): kept, used by 500");
    run(tidy("keep", "1"));
    rig.call(Verb.DELETE, "/nodes/pve/qemu/500");
    rig.call(Verb.PUT, "/nodes/pve/qemu/100/config", "protection", "1");
    assertThat(rows(tidy("keep", "1"))).contains("pve 100 (tiny-DATE): kept, protected");
    rig.call(Verb.PUT, "/nodes/pve/qemu/100/config", "protection", "0");
    publish("tiny", "pve2");
    assertThat(removals(plans(tidy("keep", "1")).getFirst()))
        .containsExactly("/nodes/pve2/qemu/102", "101", "100");
    run(tidy("keep", "1"));
    assertThat(guests())
        .extracting(line -> line.replaceFirst(" \\d+ ", " "))
        .containsExactlyInAnyOrder("pve tiny", "pve other", "pve2 tiny");
    assertThat(tidy("keep", "1").jobs()).isEmpty();
  }

  @Test
  void tidyDeletesCopiesOfWhatIsGoneWhenAsked() {
    make("web", "storage", "local-lvm");
    publish("web", "pve2,pve3");
    rig.call(Verb.POST, "/nodes/pve3/qemu/102/clone", "newid", "500", "name", "mine");
    rig.call(Verb.DELETE, "/nodes/pve/qemu/100");
    assertThat(tidy().jobs()).isEmpty();
    assertThat(rows(tidy("orphans", "true")))
        .containsExactly("pve2 101 (web): orphan", "pve3 102 (web): kept, used by 500");
    rig.sandbox.faults().setOffline("pve3", true);
    assertThatThrownBy(() -> tidy("orphans", "true")).hasMessageContaining("node-unreachable");
    rig.sandbox.faults().setOffline("pve3", false);
    run(tidy("orphans", "true"));
    assertThat(guests()).containsExactly("pve3 102 web", "pve3 500 mine");
  }
}
