package dev.proxkiln.template.create;

import static dev.proxkiln.template.Fixtures.values;
import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.PlanText;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.StepNames;
import dev.proxkiln.template.Fixtures;
import dev.proxkiln.template.FolderResources;
import dev.proxkiln.template.PlanCalls;
import dev.proxkiln.template.catalogue.Catalogue;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two templates may be made by one plan: steps get other names, and find their own outputs. */
class TwoInOnePlanTest {

  private final Catalogue catalogue = new Catalogue(new FolderResources());
  private final TemplateCreate create = new TemplateCreate(Fixtures.library(catalogue), "1.0.0");

  private TemplateSpec spec(String... settings) {
    return create.read(values(settings), Fixtures.sandbox()).orRaise();
  }

  @Test
  void everyStepUsesTheOutputsOfItsOwnHalf() {
    TemplateSpec spec = spec("image=debian-12", "password=secret:ops", "timezone=UTC");
    List<Step> both = new ArrayList<>();
    for (String half : List.of("old", "new")) {
      both.addAll(
          create.steps(
              half + "-",
              spec.named("debian-12-" + half).tagged(List.of(half)),
              Fixtures.sandbox()));
    }
    Plan plan = new Plan("x", "x", "sandbox", "pve", both);
    Step.Call made = (Step.Call) plan.step("new-create").orElseThrow();
    assertThat(made.retryFrom()).contains("new-vmid");
    assertThat(made.call().params().get("vmid")).containsExactly(Text.output("new-vmid", "value"));
    assertThat(made.call().params().get("scsi0").getFirst().toString())
        .contains("${new-image.path}");
    assertThat(made.call().params().get("tags").getFirst().toString())
        .isEqualTo("debian-12;new;proxkiln;run-${run.id}");
    assertThat(made.undo().toString()).contains("new-vmid").doesNotContain("old-vmid");
    String halves = PlanText.text(plan);
    assertThat(halves)
        .contains("${old_image_path}")
        .doesNotContain("${image_path}")
        .contains("snippets/proxkiln-old-")
        .contains("snippets/proxkiln-new-");
    assertThat(PlanCalls.violations(plan, "9.2")).isEmpty();
  }

  @Test
  void whatIsNotInTheListKeepsItsName() {
    Step.Require step =
        new Step.Require(
            "a",
            "A",
            List.of(
                new dev.proxkiln.core.plan.Check.AtMost(
                    "x",
                    Text.output("elsewhere", "size"),
                    Text.output("run", "id"),
                    Conditions.noTarget())),
            false);
    assertThat(StepNames.prefixed("p-", List.of(step)).getFirst())
        .isEqualTo(new Step.Require("p-a", "A", step.checks(), false));
  }
}
