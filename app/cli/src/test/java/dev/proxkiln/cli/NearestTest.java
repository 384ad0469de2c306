package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.run.Outcome;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.pve.FactsReader;
import dev.proxkiln.template.copies.Nearest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What provisioning starts from in a cluster, where a template has copies or shared disks. */
class NearestTest extends ThreeNodes {
  private static final String PLAYBOOK =
      """
      - hosts: all
        connection: local
        gather_facts: false
        tasks:
          - name: Do nothing
            ansible.builtin.debug: {msg: "well"}
      """;

  private void create(String storage, String node) {
    Plan plan =
        rig.plan(
            Optional.of(node),
            "template create",
            "image",
            "tiny-1",
            "name",
            "tiny",
            "storage",
            storage,
            "disk-size",
            "64M");
    assertThat(rig.run(plan).problems()).isEmpty();
  }

  private void publish(String node) {
    run(rig.look("template publish", List.of(), "template", "tiny", "nodes", node));
  }

  /** For work on a node; guests have addresses of their own, as on a real one. */
  private Facts facts(String node) {
    return FactsReader.read(
        rig.pve, TargetKind.REST, "https://pve.example.org", Optional.of(node), false);
  }

  private Survey.Found look(String node) throws Exception {
    Path playbook = Files.writeString(folder.resolve("web.yml"), PLAYBOOK);
    return rig.look(
        "template provision",
        List.of(),
        rig.pve,
        facts(node),
        "template",
        "tiny",
        "playbook",
        playbook.toString(),
        "name",
        "web",
        "test",
        "false");
  }

  /** The choice as {@code NODE -> NODE: WHY}. */
  private String choice(String node, String template) {
    Facts facts = facts(node);
    return choice(Nearest.of(facts, rig.pve, template, "--template").told(facts).orElseThrow());
  }

  private static String choice(Query.Rows told) {
    Object row = told.rows().getFirst();
    return Tree.text(row, "node")
        + " -> "
        + Tree.text(row, "clone-on")
        + ": "
        + Tree.text(row, "why");
  }

  private Outcome first(Survey.Found found) {
    return rig.run(found.jobs().getFirst().plans().getFirst());
  }

  private GuestFacts made(Outcome outcome) {
    assertThat(outcome.problems()).isEmpty();
    String vmid = outcome.announced().get("TemplateProvisioned").get("vmid");
    return rig.facts().guests().stream()
        .filter(guest -> Long.toString(guest.vmid()).equals(vmid))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theCopyOnTheNodeOfTheWorkIsCloned() throws Exception {
    create("local-lvm", "pve");
    publish("pve2");
    assertThat(choice("pve", "tiny"))
        .isEqualTo("pve -> pve: it is on the node that the work is for");
    Survey.Found found = look("pve2");
    assertThat(choice(found.rows().orElseThrow()))
        .isEqualTo("pve2 -> pve2: this copy is on the node that the work is for");
    GuestFacts made = made(first(found));
    assertThat(made.node()).isEqualTo("pve2");
    assertThat(made.name()).isEqualTo("web");
    assertThat(made.tags()).doesNotContain("copy");
    // By its VM ID it means the same.
    assertThat(choice("pve2", "100")).startsWith("pve2 -> pve2: this copy");
  }

  @Test
  void theCloneOfSharedDisksIsMadeOnTheNodeOfTheWork() throws Exception {
    create("shared", "pve");
    String before = rig.world();
    Survey.Found found = look("pve3");
    assertThat(choice(found.rows().orElseThrow()))
        .isEqualTo(
            "pve -> pve3: its disks are on shared storage, so the clone is made on node pve3");
    Outcome outcome = first(found);
    GuestFacts made = made(outcome);
    assertThat(made.node()).isEqualTo("pve3");
    assertThat(rig.undo(outcome.run()).left()).isEmpty();
    assertThat(rig.world().replaceAll("run/\\d+\\.machine-id\n", "")).isEqualTo(before);
  }

  @Test
  void elseTheNextThatAnswersIsCloned() {
    create("local-lvm", "pve2");
    publish("pve3");
    assertThat(choice("pve", "tiny")).isEqualTo("pve2 -> pve2: node pve has no copy of it");
    rig.sandbox.faults().setOffline("pve2", true);
    assertThat(choice("pve", "tiny"))
        .isEqualTo("pve3 -> pve3: node pve has no copy of it, and node pve2 does not answer");
    rig.sandbox.faults().setOffline("pve3", true);
    assertThatThrownBy(() -> choice("pve", "tiny")).hasMessageContaining("node-unreachable");
  }
}
