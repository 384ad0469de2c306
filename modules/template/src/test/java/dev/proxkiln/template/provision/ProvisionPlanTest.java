package dev.proxkiln.template.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.PlanText;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.problem.Kind;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.template.Fixtures;
import dev.proxkiln.template.Looks;
import dev.proxkiln.template.PlanCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What provisioning asks of a node and of this machine; Ansible itself is tested elsewhere. */
class ProvisionPlanTest {
  private static final List<String> RELEASES = List.of("8.4", "9.1", "9.2");
  private static final Map<String, Object> CONFIG =
      Map.of(
          "template", 1,
          "name", "debian-12",
          "digest", "ab12",
          "agent", "enabled=1",
          "ipconfig0", "ip=192.0.2.9/24,gw=192.0.2.1",
          "ciupgrade", 0,
          "description", "Mine.\n\n- digest: sha512:00\n- made: once\n");

  /** The ready parts of Ansible's output, as it prints them. */
  private static final String OUTPUT =
      """

      PLAY [all] *****

      TASK [Gathering Facts] *****
      ok: [debian-12-web]

      TASK [Ignored] *****
      fatal: [debian-12-web]: FAILED! => {"changed": false, "msg": "never mind"}
      ...ignoring

      TASK [nginx : Install it] *****
      failed: [debian-12-web] (item=a) => {"ansible_loop_var": "item", "msg": "No package matching 'a'"}

      TASK [Always] *****
      ok: [debian-12-web] => {
          "msg": "fine"
      }

      PLAY RECAP *****
      debian-12-web              : ok=3    changed=0    unreachable=0    failed=1    ignored=1

      """;

  private final List<String> started = new ArrayList<>();

  private Plan look(Facts facts, Map<String, Object> config, Commands commands, String... more) {
    List<String> settings =
        new ArrayList<>(List.of("template=debian-12", "playbook=/srv/plays/web.yml"));
    settings.addAll(List.of(more));
    return Looks.look(
            "template provision",
            facts,
            Looks.around(Looks.node(call -> config), commands),
            settings.toArray(String[]::new))
        .jobs()
        .getFirst()
        .plans()
        .getFirst();
  }

  private Plan plan(Facts facts, String... more) {
    return look(
        facts,
        CONFIG,
        (command, line) -> {
          started.add(String.join(" ", command.argv()));
          return new Commands.Ended(0, "", "");
        },
        more);
  }

  private List<Problem> problems(Map<String, Object> config, Commands commands, String... more) {
    return catchThrowableOfType(
            ProblemException.class, () -> look(Fixtures.sandbox(), config, commands, more))
        .problems();
  }

  @Test
  void everyReleaseTakesItsCalls() {
    for (Facts facts : List.of(Fixtures.sandbox(), Fixtures.rest())) {
      Plan plan = plan(facts);
      for (String release : RELEASES) {
        assertThat(PlanCalls.violations(plan, release)).as(release).isEmpty();
      }
      assertThat(plan.steps())
          .extracting(Step::id)
          .containsSubsequence(
              "check",
              "key",
              "clone",
              "ready",
              "known-hosts",
              "play",
              "played",
              "sealed",
              "shutdown",
              "clean",
              "converted",
              "test-verdict",
              "record",
              "name-take");
    }
    assertThat(started.getFirst()).isEqualTo("ssh -V");
    assertThat(started.get(1))
        .isEqualTo("ansible-playbook --syntax-check --inventory localhost, -- /srv/plays/web.yml");
  }

  @Test
  void givesTheTemplatesSettingsBack() {
    Plan plan = plan(Fixtures.rest());
    assertThat(PlanCalls.params(PlanCalls.call(plan, "settings")))
        .containsEntry("ipconfig0", "ip=dhcp")
        .containsEntry("ciupgrade", "0");
    assertThat(PlanCalls.params(PlanCalls.call(plan, "identity")))
        .containsEntry("ipconfig0", "ip=192.0.2.9/24,gw=192.0.2.1")
        .containsEntry("ciupgrade", "0")
        .containsEntry("delete", "onboot,protection")
        .containsEntry("name", "debian-12-web-20261120")
        .containsEntry(
            "tags", "proxkiln;debian-12;series-debian-12-web;version-20261120;run-k7f3a9");
    assertThat(
            String.valueOf(PlanCalls.params(PlanCalls.call(plan, "identity")).get("description")))
        .contains("- digest: sha512:00\n- playbook: web.yml, sha256:x\n")
        .doesNotContain("Mine", "once");
  }

  @Test
  void theHostKeyIsPinnedAndNeverTakenAsItComes() {
    String script = PlanText.script(plan(Fixtures.rest()));
    assertThat(script)
        .contains("StrictHostKeyChecking yes", "ANSIBLE_HOST_KEY_CHECKING=True")
        .doesNotContain("StrictHostKeyChecking no", "accept-new");
  }

  @Test
  void variablesReachAnsibleAsJson() {
    Step.Run play =
        (Step.Run)
            plan(
                    Fixtures.rest(),
                    "extra-vars=a=b c \"d\"\ne=",
                    "extra-vars-file=/srv/v.yml",
                    "inventory-group=web, db")
                .step("play")
                .orElseThrow();
    assertThat(play.argv().stream().map(PlanCalls::text))
        .containsSubsequence(
            "--extra-vars",
            "{\"a\":\"b c \\\"d\\\"\"}",
            "--extra-vars",
            "{\"e\":\"\"}",
            "--extra-vars",
            "@/srv/v.yml",
            "--",
            "/srv/plays/web.yml");
  }

  @Test
  void theInventoryHasTheCloneInEveryGroup() {
    Step.Run inventory =
        (Step.Run)
            plan(Fixtures.rest(), "inventory-group=web, db", "user=ops")
                .step("inventory")
                .orElseThrow();
    assertThat(PlanCalls.text(inventory.input().orElseThrow()))
        .contains("\"web\":{\"hosts\":{\"debian-12-web\":{")
        .contains("\"db\":{\"hosts\":{\"debian-12-web\":{")
        .contains("\"ansible_host\":\"x\",\"ansible_port\":\"22\",\"ansible_user\":\"ops\"");
  }

  @Test
  void theTaskThatFailedIsFoundInTheOutput() {
    Step.Run play = (Step.Run) plan(Fixtures.rest()).step("play").orElseThrow();
    assertThat(Tree.pick(OUTPUT, play.outputs().get("task"))).isEqualTo("nginx : Install it");
    assertThat(Tree.pick(OUTPUT, play.outputs().get("message")))
        .isEqualTo("No package matching 'a'");
    assertThat(Tree.pick(OUTPUT, play.outputs().get("recap"))).startsWith("ok=3 ").endsWith("=1");
    String long_ = OUTPUT.replace("fine", "x\n".repeat(50_000));
    assertThat(Tree.pick(long_, play.outputs().get("task"))).isEqualTo("nginx : Install it");
    assertThat(Tree.pick("ERROR! no such role\n", play.outputs().get("task"))).isEmpty();
  }

  @Test
  void saysHowToInstallAnsible() {
    Commands none =
        (command, line) -> {
          throw new Problem("command-missing", Kind.HOST, "", "There is no ansible.", "", "")
              .raise();
        };
    assertThat(problems(CONFIG, none))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.slug()).isEqualTo("command-missing");
              assertThat(problem.next())
                  .contains("apt-get install --no-install-recommends ansible-core");
            });
  }

  @Test
  void saysEverythingThatIsInTheWayAtOnce() {
    Commands wrong = (command, line) -> new Commands.Ended(4, "", "ERROR! no such role\n");
    assertThat(problems(Map.of("agent", "0"), wrong, "template=foreign", "name=debian-12"))
        .extracting(Problem::slug)
        .containsExactly(
            "image-not-usable", "missing-value", "series-name-taken", "provision-failed");
  }
}
