package dev.proxkiln.template.boottest;

import static dev.proxkiln.template.Fixtures.values;
import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.PlanText;
import dev.proxkiln.core.plan.PlanTree;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.template.Fixtures;
import dev.proxkiln.template.FolderResources;
import dev.proxkiln.template.PlanCalls;
import dev.proxkiln.template.catalogue.Catalogue;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TemplateTestTest {

  private static final Catalogue CATALOGUE = new Catalogue(new FolderResources());
  private final TemplateTest test = new TemplateTest(() -> CATALOGUE);

  private Plan plan(String... settings) {
    return test.plan(values(settings), Fixtures.sandbox()).orRaise();
  }

  @Test
  void everySettingHasHelp() {
    for (Field<?> field : test.schema(Facts.none()).fields()) {
      assertThat(field.help()).as(field.key()).endsWith(".").hasSizeBetween(15, 160);
    }
  }

  @Test
  void templatesAreFoundByIdAndByName() {
    assertThat(plan("template=9000").id()).isEqualTo(plan("template=debian-12").id());
    assertThat(slugs("template=nothing")).containsExactly("template-unknown");
    assertThat(slugs("template=web")).containsExactly("not-a-template");
    // A container template is none of ours.
    assertThat(slugs("template=9003")).containsExactly("template-unknown");
    assertThat(slugs()).containsExactly("missing-value");
  }

  private List<String> slugs(String... settings) {
    return test.read(values(settings), Fixtures.sandbox())
            instanceof Checked.Invalid<TestSpec>(List<Problem> problems)
        ? problems.stream().map(Problem::slug).toList()
        : List.of();
  }

  @Test
  void everyCallIsOneThatEveryVersionAccepts() {
    for (String template : List.of("9000", "9001", "9002")) {
      for (String exec : List.of("true", "false")) {
        for (String version : List.of("8.4", "9.1", "9.2")) {
          assertThat(PlanCalls.violations(plan("template=" + template, "exec=" + exec), version))
              .isEmpty();
        }
      }
    }
  }

  @Test
  void linkedClonesTakeNeitherStorageNorFormatAndThickOnesAreFull() {
    var linked = PlanCalls.params(PlanCalls.call(plan("template=9000"), "clone-a"));
    assertThat(linked).containsEntry("full", "0").doesNotContainKeys("storage", "format");
    assertThat(PlanCalls.params(PlanCalls.call(plan("template=9001"), "clone-b")))
        .containsEntry("full", "1");
    assertThat(PlanCalls.params(PlanCalls.call(plan("template=9002", "clones=full"), "clone-b")))
        .containsEntry("full", "1");
  }

  @Test
  void clonesCarryTheRunInTheirNameFromTheStartAndNothingElseIsRemoved() {
    Plan plan = plan("template=9000");
    assertThat(PlanCalls.call(plan, "clone-a").params().get("name").getFirst())
        .hasToString("pk-test-${run.id}-a");
    for (String step : List.of("clone-a", "clone-b")) {
      List<Undo> undo = plan.step(step).orElseThrow().undo();
      assertThat(undo).hasSize(2);
      undo.forEach(
          u ->
              assertThat(((Probe.Api) ((Undo.Api) u).ours()).expect().toString())
                  .contains("name is 'pk-test-${run.id}-"));
    }
    Step.Discard destroy = (Step.Discard) plan.step("destroy-b").orElseThrow();
    assertThat(destroy.what()).isEqualTo(plan.step("clone-b").orElseThrow().undo());
  }

  @Test
  void clonesCannotCollideWithTheTemplatesOwnAddressOrProtection() {
    var settings = PlanCalls.params(PlanCalls.call(plan("template=9000"), "settings-a"));
    assertThat(settings)
        .containsEntry("ipconfig0", "ip=dhcp")
        .containsEntry("protection", "0")
        .containsEntry("ciupgrade", "0");
  }

  @Test
  void bothClonesBootAtTheSameTime() {
    Plan plan = plan("template=9000");
    assertThat(plan.position("start-b")).isLessThan(plan.position("agent-a"));
    Step.Await await = (Step.Await) plan.step("agent-a").orElseThrow();
    assertThat(await.console()).contains(Text.output("vmid-a", "value"));
    assertThat(await.deadline()).hasSeconds(600);
    assertThat(
            ((Step.Await) plan("template=9000", "deadline=42").step("agent-a").orElseThrow())
                .deadline())
        .hasSeconds(42);
  }

  @Test
  void theScriptIsTheSameWhateverTheUserSays() {
    assertThat(PlanCalls.call(plan("template=9000"), "look-a").params())
        .isEqualTo(PlanCalls.call(plan("template=9002", "deadline=99"), "look-a").params());
  }

  @Test
  void imagesWhoseAgentRunsNothingAreLookedAtFromOutside() {
    Plan plan = plan("template=9000", "exec=false");
    assertThat(plan.step("look-a")).isEmpty();
    assertThat(plan.steps().stream().map(Step::id)).contains("name-a", "address-b");
    assertThat(PlanText.text(plan)).doesNotContain("agent/exec");
  }

  private static final String GOOD =
      """
      cloud-init=done
      hostname=pk-test-k7f3a9-a
      user=debian
      key=yes
      ssh=yes
      login=yes
      disk-detail=sda1 of 10k, file system 9k, 0k behind it
      disk=grown
      address=10.0.2.15 fec0::1
      machine-id=3d1219c7c4c5404aaa1f6d2a48adfda4
      """;

  private List<String> failed(String report, String user) {
    Step.Require verdict = (Step.Require) plan("template=9000").step("verdict").orElseThrow();
    return verdict.checks().stream()
        .filter(c -> c instanceof Check.Matches && c.name().endsWith("-a"))
        .map(Check.Matches.class::cast)
        .filter(
            c ->
                !Pattern.compile(fill(c.pattern(), report, user))
                    .matcher(fill(c.text(), report, user))
                    .find())
        .map(Check.Matches::name)
        .toList();
  }

  private static String fill(Text text, String report, String user) {
    return text.render(
        part ->
            switch (part) {
              case Text.Literal(String literal) -> literal;
              case Text.Output(String step, String name) ->
                  switch (step + "." + name) {
                    case "run.id" -> "k7f3a9";
                    case "config.user" -> user;
                    default -> report;
                  };
              case Text.Secret _ -> "";
            });
  }

  @Test
  void aGoodReportPassesAndEachFaultIsNamed() {
    assertThat(failed(GOOD, "debian")).isEmpty();
    assertThat(failed(GOOD, "")).isEmpty();
    assertThat(failed(GOOD.replace("-a\n", "-a.example.org\n"), "debian")).isEmpty();
    assertThat(failed(GOOD, "ops")).containsExactly("user-a");
    assertThat(failed(GOOD, "deb")).containsExactly("user-a");
    assertThat(failed(GOOD.replace("done", "error"), "debian")).containsExactly("cloud-init-a");
    assertThat(failed(GOOD.replace("-a\n", "-b\n"), "debian")).containsExactly("hostname-a");
    assertThat(failed(GOOD.replace("key=yes", "key=no"), "debian")).containsExactly("key-a");
    assertThat(failed(GOOD.replace("ssh=yes", "ssh=no"), "debian")).containsExactly("ssh-a");
    assertThat(failed(GOOD.replace("login=yes", "login=no"), "debian")).containsExactly("login-a");
    assertThat(failed(GOOD.replace("login=yes", "login=untried"), "debian")).isEmpty();
    assertThat(failed(GOOD.replace("grown", "small"), "debian")).containsExactly("disk-a");
    assertThat(failed(GOOD.replaceAll("address=.*", "address="), "debian"))
        .containsExactly("address-a");
    assertThat(failed(GOOD.replaceAll("machine-id=.*", "machine-id="), "debian"))
        .containsExactly("machine-id-a");
    assertThat(failed("", "debian")).hasSize(9);
  }

  @Test
  void theVerdictReplacesTheOneBeforeItAndKeepsTheUsersNotes() {
    Step.Call read = (Step.Call) plan("template=9000").step("notes").orElseThrow();
    String selector = read.outputs().get("text");
    assertThat(Tree.pick(Map.of("description", "Mine.\n\nTwo.\n"), selector))
        .isEqualTo("Mine.\n\nTwo.");
    assertThat(
            Tree.pick(Map.of("description", "Mine.\n\nBoot test: passed (x), run k1\n"), selector))
        .isEqualTo("Mine.");
    assertThat(Tree.pick(Map.of("description", "Boot test: failed, run k1"), selector)).isEmpty();
    assertThat(Tree.pick(Map.of("description", "Boot test: is my\nown line"), selector))
        .isEqualTo("Boot test: is my\nown line");
    assertThat(Tree.pick(Map.of(), selector)).isEmpty();
    assertThat(
            PlanCalls.call(plan("template=9000"), "notes-write")
                .params()
                .get("description")
                .getFirst())
        .asString()
        .startsWith("${notes.text}\n\nBoot test: passed (")
        .endsWith(", run ${run.id}");
  }

  @Test
  void aFailureIsNotedAfterTheClonesAreGone() {
    Plan plan = plan("template=9000");
    assertThat(plan.aftermath().stream().map(Step::id))
        .containsExactly("failed-notes", "failed-notes-write", "failed");
    assertThat(((Step.Record) plan.aftermath().getLast()).facts())
        .containsEntry("verdict", Text.of("failed"))
        .containsEntry("why", Text.output("failure", "what"));
  }

  @Test
  void planSurvivesItsOwnTreeAndItsTextIsShort() {
    Plan plan = plan("template=9000");
    assertThat(PlanTree.read(PlanTree.document(plan))).isEqualTo(plan);
    assertThat(PlanText.text(plan)).contains("more lines; --format sh shows them");
  }
}
