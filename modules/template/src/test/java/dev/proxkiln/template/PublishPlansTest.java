package dev.proxkiln.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.template.existing.Copies;
import dev.proxkiln.template.existing.TemplateDelete;
import dev.proxkiln.template.existing.Templates;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What publishing asks of the nodes: every call is one that each release takes. */
class PublishPlansTest {
  private static final GuestFacts ORIGINAL = PublishPlans.template(9000, "web", "pve");
  private static final GuestFacts COPY =
      PublishPlans.template(300, "web-9000", "pve2", "copy", "run-pub");
  private static final GuestFacts OLD =
      new GuestFacts(
          301,
          "web",
          "pve2",
          "qemu",
          true,
          false,
          List.of("proxkiln", "run-old", "copy", "version-20261001", "current"));

  private static Plan plan(Facts facts, String... settings) {
    return PublishPlans.look(facts, settings).jobs().getFirst().plans().getFirst();
  }

  @ParameterizedTest
  @CsvSource({"8.4", "9.1", "9.2"})
  void everyReleaseTakesTheCalls(String release) {
    for (Plan plan :
        List.of(
            plan(PublishPlans.facts(ORIGINAL), "template=web"),
            plan(PublishPlans.facts(ORIGINAL), "template=web", "nodes=pve2"),
            plan(PublishPlans.facts(ORIGINAL, OLD), "template=9000"),
            plan(PublishPlans.facts(ORIGINAL, COPY, OLD), "template=web"))) {
      assertThat(PlanCalls.violations(plan, release)).isEmpty();
    }
  }

  @Test
  void theNameComesLastAndOffAnOlderCopyFirst() {
    assertThat(plan(PublishPlans.facts(ORIGINAL, OLD), "template=web").steps())
        .extracting(Step::id)
        .containsExactly(
            "check",
            "source",
            "vmid",
            "clone",
            "unprotect",
            "migrate",
            "convert",
            "release",
            "name",
            "verify",
            "record");
    assertThat(plan(PublishPlans.facts(ORIGINAL, OLD, COPY), "template=web").steps())
        .extracting(Step::id)
        .containsExactly("check", "source", "release", "name", "verify", "record");
  }

  @Test
  void aStorageOfAnotherTypeMustTakeWhatIsSent() {
    Survey.Found found =
        PublishPlans.look(PublishPlans.facts(ORIGINAL), "template=web", "storage=zfs");
    assertThat(found.jobs()).isEmpty();
    assertThat(found.problems()).extracting(Problem::slug).containsExactly("node-unsuitable");
    assertThat(
            PublishPlans.look(PublishPlans.facts(ORIGINAL), "template=web", "storage=none")
                .problems()
                .getFirst()
                .what())
        .isEqualTo("Storage 'none' of node 'pve2' takes no disk images.");
  }

  @Test
  void aNameMeansTheOriginalAndACopyGoesByItsId() {
    GuestFacts copy = PublishPlans.template(300, "web", "pve2", "copy", "run-pub");
    Facts facts = PublishPlans.facts(ORIGINAL, copy);
    assertThat(Templates.find(facts, "web", "--template")).isEqualTo(ORIGINAL);
    assertThat(Templates.find(facts, "300", "--template")).isEqualTo(copy);
    assertThat(Copies.of(ORIGINAL, facts)).containsExactly(copy);
    assertThat(Copies.original(copy, facts)).contains(ORIGINAL);
    assertThat(Copies.isCopyOf(OLD, ORIGINAL)).isFalse();
    // Publishing a copy is publishing what it is a copy of.
    assertThat(PublishPlans.look(facts, "template=300").jobs()).isEmpty();
  }

  @Test
  void anOriginalIsNotDeletedUnderItsCopiesAndCopiesGoFirst() {
    Facts cluster =
        PublishPlans.facts(
            PublishPlans.template(9000, "debian", "pve"),
            PublishPlans.template(9001, "debian", "pve2", "copy", "run-abd"));
    TemplateDelete delete = new TemplateDelete();
    assertThat(delete.plan(Fixtures.values("template=9000"), cluster))
        .isInstanceOfSatisfying(
            Checked.Invalid.class,
            invalid ->
                assertThat(invalid.problems().getFirst().toString())
                    .contains("template-has-copies", "9001 on node pve2", "--with-copies"));
    Plan plan =
        delete.plan(Fixtures.values("template=9000", "with-copies=true"), cluster).orRaise();
    assertThat(plan.title()).isEqualTo("Delete template 9000 (debian) and 1 copy");
    assertThat(plan.steps())
        .extracting(Step::id)
        .containsExactly("check-9001", "check", "delete-9001", "record-9001", "delete", "record");
    for (String version : List.of("8.4", "9.1", "9.2")) {
      assertThat(PlanCalls.violations(plan, version)).isEmpty();
    }
    // A copy alone goes by its VM ID.
    assertThat(delete.plan(Fixtures.values("template=9001"), cluster).orRaise().steps()).hasSize(3);
  }
}
