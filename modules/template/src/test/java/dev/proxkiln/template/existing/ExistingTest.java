package dev.proxkiln.template.existing;

import static dev.proxkiln.template.Fixtures.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.PlanTree;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.template.Fixtures;
import dev.proxkiln.template.PlanCalls;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExistingTest {

  private static final Facts FACTS = Fixtures.sandbox();

  /** A node that answers one thing. */
  private record OneAnswer(String path, Object value) implements PvePort {
    @Override
    public Answer send(ResolvedCall call) {
      assertThat(call.path()).isEqualTo(path);
      return new Answer(value, Optional.empty());
    }

    @Override
    public TaskEnd await(String upid, TaskWatch watch) {
      throw new AssertionError("a query starts no task");
    }

    @Override
    public void settle(String node, long vmid) {
      throw new AssertionError("a query starts no task");
    }
  }

  private static Query query(String name) {
    return Fixtures.module().queries().stream()
        .filter(q -> q.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Query.Result ask(String name, PvePort pve, String... settings) {
    Query query = query(name);
    Answers answers = query.schema(FACTS).read(values(settings), FACTS).orRaise();
    return query.answer(answers, FACTS, pve);
  }

  @Test
  void listsVmTemplatesWithTheirImage() {
    Query.Rows rows = (Query.Rows) ask("template list", new OneAnswer("", ""));
    assertThat(rows.rows().stream().map(row -> Tree.text(row, "vmid")))
        .containsExactly("9000", "9001", "9002");
    assertThat(Tree.text(rows.rows().getFirst(), "image")).isEqualTo("debian-12");
    assertThat(((Query.Rows) ask("template list", new OneAnswer("", ""), "ours=true")).rows())
        .hasSize(2);
    rows.columns().forEach(c -> assertThat(Tree.at(rows.rows().getFirst(), c.path())).isPresent());
  }

  @Test
  void showsWhereATemplateCameFromAndHowItsTestEnded() {
    String notes =
        "Mine.\n\nMade by proxkiln from the cloud image debian-12 (Debian 12).\n\n"
            + "- address: https://x/y\n- digest: sha512:ab\n- verified: sha512\n"
            + "- made: 2026-11-20T12:00:00Z\n- proxkiln: 1.0.0, run abc\n\n"
            + "Boot test: passed (all), 2026-11-20T12:09:00Z, run abd\n";
    Object tree =
        ((Query.One)
                ask(
                    "template show",
                    new OneAnswer(
                        "/nodes/pve/qemu/9000/config",
                        Map.of("description", notes, "scsi0", "thin:base-9000-disk-0,size=8G")),
                    "template=debian-12"))
            .tree();
    assertThat(Tree.text(tree, "origin.digest")).isEqualTo("sha512:ab");
    assertThat(Tree.text(tree, "boot-test")).startsWith("passed (all)");
    assertThat(Tree.text(tree, "config.scsi0")).contains("base-9000");
    assertThatThrownBy(() -> ask("template show", new OneAnswer("", ""), "template=nothing"))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("template-unknown");
  }

  @Test
  void saysWhichTemplatesHaveSecureBootCertificatesThatRanOut() {
    String disk = "thin:base-9000-disk-1,efitype=4m,pre-enrolled-keys=";
    Map<String, SecureBoot> states =
        Map.of(
            disk + "1,size=4M", SecureBoot.OUTDATED,
            disk + "1,ms-cert=2011,size=4M", SecureBoot.OUTDATED,
            disk + "1,ms-cert=2023k,size=4M", SecureBoot.READY,
            disk + "0,size=4M", SecureBoot.OFF);
    states.forEach(
        (efi, state) -> {
          Map<String, String> config = Map.of("bios", "ovmf", "efidisk0", efi);
          assertThat(SecureBoot.of(config)).as(efi).isEqualTo(state);
          Object shown =
              ((Query.One)
                      ask(
                          "template show",
                          new OneAnswer("/nodes/pve/qemu/9000/config", config),
                          "template=9000"))
                  .tree();
          assertThat(Tree.text(shown, "secure-boot")).isEqualTo(state.text());
        });
    assertThat(SecureBoot.of(Map.of("bios", "seabios"))).isEqualTo(SecureBoot.OFF);
    assertThat(SecureBoot.of(null)).isEqualTo(SecureBoot.OFF);
  }

  @Test
  void listsWhatWillNotLastWhenAskedTo() {
    PvePort node =
        new PvePort() {
          @Override
          public Answer send(ResolvedCall call) {
            String keys = call.path().contains("/9001/") ? ",ms-cert=2023k" : "";
            return new Answer(
                Map.of(
                    "bios",
                    "ovmf",
                    "efidisk0",
                    "thin:base-1,efitype=4m,pre-enrolled-keys=1" + keys),
                Optional.empty());
          }

          @Override
          public TaskEnd await(String upid, TaskWatch watch) {
            throw new AssertionError("a query starts no task");
          }

          @Override
          public void settle(String node, long vmid) {
            throw new AssertionError("a query starts no task");
          }
        };
    Query.Rows rows = (Query.Rows) ask("template list", node, "check=true");
    assertThat(rows.columns().getLast().title()).isEqualTo("WARNING");
    assertThat(rows.rows().stream().map(row -> Tree.text(row, "warning")))
        .containsExactly(
            "Secure Boot outdated: without the certificates of 2023",
            "",
            "Secure Boot outdated: without the certificates of 2023");
  }

  // ---- delete ----

  private static Plan delete(String... settings) {
    return new TemplateDelete().plan(values(settings), FACTS).orRaise();
  }

  private static List<String> refused(String... settings) {
    return new TemplateDelete().read(values(settings), FACTS)
            instanceof Checked.Invalid<DeleteSpec>(List<Problem> problems)
        ? problems.stream().map(Problem::slug).toList()
        : List.of();
  }

  @Test
  void deletesOnlyTemplatesAndOnlyOurOwnUnlessForced() {
    assertThat(refused("template=foreign")).containsExactly("not-made-by-proxkiln");
    assertThat(refused("template=foreign", "force=true")).isEmpty();
    assertThat(refused("template=100", "force=true")).containsExactly("not-a-template");
    assertThat(refused("template=debain-12")).containsExactly("template-unknown");
  }

  @Test
  void deletingLooksOnceMoreAndNeverLiftsAProtection() {
    Plan plan = delete("template=9000");
    assertThat(plan.steps().stream().map(Step::id)).containsExactly("check", "delete", "record");
    for (String version : List.of("8.4", "9.1", "9.2")) {
      assertThat(PlanCalls.violations(plan, version)).isEmpty();
    }
    assertThat(PlanCalls.of(plan).stream().filter(c -> !c.verb().reads()))
        .singleElement()
        .satisfies(c -> assertThat(c.params()).doesNotContainKey("destroy-unreferenced-disks"));
    assertThat(PlanTree.read(PlanTree.document(plan))).isEqualTo(plan);
  }
}
