package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.run.Outcome;
import dev.proxkiln.core.tree.Tree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Provisioning with the real Ansible, against the sandbox with simulated boots: the plays work on
 * this machine ({@code connection: local}), as nothing listens in a guest that only seems to run.
 */
class ProvisionTest {
  private static final String GROUPED =
      """
      - hosts: web
        connection: local
        gather_facts: false
        tasks:
          - name: Say what it is told
            ansible.builtin.debug: {msg: "{{ greeting }}"}
      """;

  private static final String FAILING =
      """
      - hosts: all
        connection: local
        gather_facts: false
        tasks:
          - name: Try something that may fail
            ansible.builtin.command: "false"
            ignore_errors: true
          - name: Go on
            ansible.builtin.debug: {msg: "well"}
          - name: Open the pod bay doors
            ansible.builtin.fail: {msg: "I am afraid I cannot do that."}
      """;

  @TempDir Path folder;
  private Rig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new Rig(folder);
    Outcome made =
        rig.run(
            rig.plan(
                "template create",
                "image",
                "tiny-1",
                "name",
                "tiny",
                "vmid",
                "900",
                "storage",
                "local",
                "tags",
                "mine",
                "disk-size",
                "1G",
                "ipv4",
                "192.168.7.20/24"));
    assertThat(made.problems()).isEmpty();
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  /** A node that is not the sandbox: its guests have addresses of their own. */
  private Facts elsewhere() {
    Facts here = rig.facts();
    return new Facts(
        TargetKind.REST,
        here.address(),
        here.version(),
        here.node(),
        here.nodes(),
        here.quorate(),
        here.storages(),
        here.bridges(),
        here.guests(),
        here.pools(),
        here.nextId(),
        here.rootSession());
  }

  private Survey.Found look(String playbook, String... settings) throws Exception {
    Path file = Files.writeString(folder.resolve("web.yml"), playbook);
    List<String> all = new ArrayList<>(List.of("template", "tiny", "playbook", file.toString()));
    all.addAll(List.of(settings));
    return rig.look(
        "template provision", List.of(), rig.pve, elsewhere(), all.toArray(String[]::new));
  }

  private Plan plan(String playbook, String... settings) throws Exception {
    return look(playbook, settings).jobs().getFirst().plans().getFirst();
  }

  private Object config(String vmid) {
    return rig.pve.send(ResolvedCall.get("/nodes/pve/qemu/" + vmid + "/config")).value();
  }

  private static Problem failure(Outcome outcome) {
    return outcome.problems().getFirst();
  }

  private List<Path> work() throws Exception {
    try (Stream<Path> files = Files.walk(folder.resolve("scratch"))) {
      return files.skip(1).toList();
    }
  }

  @Test
  void makesATestedVersionThatSaysWhatItIsMadeOf() throws Exception {
    Plan plan =
        plan(
            GROUPED,
            "inventory-group",
            "web",
            "extra-vars",
            "greeting=it's \"me\", {{ 1 + 1 }} $x");
    Outcome outcome = rig.run(plan);
    assertThat(outcome.problems()).isEmpty();
    String vmid = outcome.announced().get("TemplateProvisioned").get("vmid");
    Object config = config(vmid);
    assertThat(Tree.text(config, "template")).isEqualTo("1");
    assertThat(Tree.text(config, "name")).isEqualTo("tiny-web");
    assertThat(Tree.text(config, "tags").split(";"))
        .contains("proxkiln", "tiny-1", "mine", "series-tiny-web", "current")
        .anyMatch(tag -> tag.matches("version-\\d{8}"));
    assertThat(Tree.text(config, "ipconfig0")).isEqualTo("ip=192.168.7.20/24");
    assertThat(Tree.text(config, "ciupgrade")).isEqualTo(Tree.text(config("900"), "ciupgrade"));
    assertThat(Tree.text(config, "description"))
        .contains("from template tiny with the Ansible playbook web.yml")
        .contains("- digest: sha256:" + Rig.DIGEST)
        .containsPattern("- playbook: web.yml, sha256:[0-9a-f]{64}\n")
        .containsPattern("- playbook-recap: ok=1 ")
        .contains("Boot test: passed");
    assertThat(work()).isEmpty();

    Outcome again = rig.run(plan(GROUPED, "inventory-group", "web", "extra-vars", "greeting=x"));
    assertThat(again.problems()).isEmpty();
    assertThat(again.announced()).containsKey("TemplateSuperseded");
    assertThat(Tree.text(config(vmid), "name")).matches("tiny-web-\\d{8}");
    assertThat(Tree.text(config(again.announced().get("TemplateProvisioned").get("vmid")), "name"))
        .isEqualTo("tiny-web");
  }

  @Test
  void namesTheTaskThatFailedAndRemovesTheClone() throws Exception {
    String before = rig.world();
    Outcome outcome = rig.run(plan(FAILING));
    Problem problem = failure(outcome);
    assertThat(problem.slug()).isEqualTo("provision-failed");
    assertThat(problem.what()).isEqualTo("The playbook 'web.yml' failed.");
    assertThat(problem.why())
        .isEqualTo("Task 'Open the pod bay doors': I am afraid I cannot do that.");
    assertThat(outcome.left()).isEmpty();
    // The sandbox remembers the machine ID of a simulated guest as a disk would.
    assertThat(rig.world().replaceAll("run/\\d+\\.machine-id\n", "")).isEqualTo(before);
    assertThat(work()).isEmpty();
  }

  @Test
  void aPlaybookForOtherHostsIsNoSuccess() throws Exception {
    Outcome outcome = rig.run(plan(GROUPED, "test", "false"));
    assertThat(failure(outcome).slug()).isEqualTo("provision-failed");
    assertThat(failure(outcome).why()).contains("proxkiln");
    assertThat(failure(outcome).next()).contains("--inventory-group");
  }

  @Test
  void whatFailedStaysWhereThatIsWanted() throws Exception {
    assertThat(look(FAILING, "keep-failed", "true").jobs().getFirst().keeps()).isTrue();
    assertThat(look(FAILING).jobs().getFirst().keeps()).isFalse();
  }

  @Test
  void refusesAPlaybookThatAnsibleCannotReadBeforeAnythingIsMade() {
    assertThatThrownBy(() -> look("- hosts: all\n  tasks: {\n", "name", "Tiny_Web"))
        .isInstanceOf(ProblemException.class);
    assertThatThrownBy(() -> look("- hosts: all\n  tasks: {\n"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.first().slug()).isEqualTo("provision-failed");
              assertThat(e.first().where()).isEqualTo("--playbook");
            });
  }

  @Test
  void theSandboxSaysWhenItsGuestsOnlySeemToRun() throws Exception {
    Path file = Files.writeString(folder.resolve("web.yml"), GROUPED);
    Plan plan =
        rig.look("template provision", List.of(), "template", "900", "playbook", file.toString())
            .jobs()
            .getFirst()
            .plans()
            .getFirst();
    Problem problem = failure(rig.run(plan));
    assertThat(problem.slug()).isEqualTo("provision-failed");
    assertThat(problem.what()).contains("no port that leads to the clone's ssh");
  }
}
