package dev.proxkiln.template.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.PlanText;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.template.Fixtures;
import dev.proxkiln.template.FolderResources;
import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.create.TemplateCreate;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which way a customisation goes, and what its plan says. */
class OfflinePlanTest {
  private final TemplateCreate create =
      new TemplateCreate(Fixtures.library(new Catalogue(new FolderResources())), "1.0.0");

  private Checked<Plan> checked(Facts facts, String... settings) {
    String[] all =
        Stream.concat(Stream.of("image=debian-12"), Stream.of(settings)).toArray(String[]::new);
    return create.plan(Fixtures.values(all), facts);
  }

  private Plan plan(String... settings) {
    return checked(Fixtures.sandbox(), settings).orRaise();
  }

  private List<Problem> refused(Facts facts, String... settings) {
    return switch (checked(facts, settings)) {
      case Checked.Invalid<Plan>(List<Problem> problems) -> problems;
      case Checked.Valid<Plan> _ -> throw new AssertionError("was not refused");
    };
  }

  private static Step.Run work(Plan plan) {
    return (Step.Run) plan.step("customise").orElseThrow();
  }

  private static String words(Step.Run run) {
    return run.argv().stream().map(Object::toString).collect(Collectors.joining(" "));
  }

  @Test
  void packagesGoIntoACopyThatTheGuestIsMadeOf() {
    Plan plan = plan("packages=htop,fd", "package-category=editors");
    Step.Run work = work(plan);
    assertThat(words(work))
        .isEqualTo(
            "bash -s -- libguestfs ${image.path} qcow2"
                + " ${run.cache}/customised-${run.id}.qcow2 yes 8589934592");
    assertThat(work.input().orElseThrow().literal().orElseThrow())
        .contains("\ninstall_packages 'ed' ", " 'htop' 'fd-find'\n")
        .endsWith("\ncustomise\n");
    assertThat(work.label())
        .contains("libguestfs", "packages ed ")
        .contains("not in Debian 12 (bookworm), so left out: helix");
    List<String> ids = plan.steps().stream().map(Step::id).toList();
    assertThat(ids).containsSubsequence("image", "customise", "fits", "create", "drop-copy");
    assertThat(PlanText.text(plan)).contains("customise_path");
    assertThat(ids).doesNotContain("snippet");
    assertThat(PlanText.script(plan)).contains("customise_path=$(");
  }

  @Test
  void whatIsMadeIsTakenBackWhateverHappens() {
    Plan plan = plan("packages=htop");
    List<Undo> gone =
        List.of(
            Undo.Command.removing(work(plan).argv().get(6)),
            Undo.Command.removing(dev.proxkiln.core.call.Text.join(work(plan).argv().get(6), ".d")),
            Undo.Command.removing(
                dev.proxkiln.core.call.Text.join(work(plan).argv().get(6), ".lock")));
    assertThat(work(plan).undo()).isEqualTo(gone);
    assertThat(((Step.Discard) plan.step("drop-copy").orElseThrow()).what()).isEqualTo(gone);
  }

  @Test
  void thePlanSaysWhatSpeedCosts() {
    Step.Run work = work(plan("packages=htop", "customize-with=block"));
    assertThat(words(work)).contains(" block ");
    assertThat(work.label()).contains("faster", "shares its kernel and its network");
    assertThat(work(plan("copy-file=/etc/x:0644:base64:eA==", "customize-with=block")).label())
        .contains("shares its kernel:")
        .doesNotContain("network");
    assertThat(words(work(plan("copy-file=/etc/x:0644:base64:eA==")))).contains(" no ");
  }

  @Test
  void settingsAloneAreLeftToTheFirstBootWhereASnippetCanSayThem() {
    assertThat(plan("timezone=UTC", "lock-root=true").step("customise")).isEmpty();
    assertThat(plan("timezone=UTC", "customize=offline").step("snippet")).isEmpty();
    assertThat(plan("packages=htop", "customize=first-boot").step("customise")).isEmpty();
    // Over REST no snippet can be written, so the image itself gets the zone.
    Plan far = checked(Fixtures.rest(), "timezone=UTC").orRaise();
    assertThat(words(work(far))).contains("libguestfs");
    assertThat(far.step("upload").orElseThrow()).isInstanceOf(Step.Call.class);
    assertThat(PlanText.text(far)).contains("stage").contains("customise_path");
  }

  @Test
  void wrongPackagesAreReportedTogetherWithEverythingElse() {
    assertThat(refused(Fixtures.sandbox(), "packages=kubeadm,nonesuch", "preset=desktop"))
        .extracting(Problem::slug)
        .containsExactlyInAnyOrder("package-unavailable", "package-unknown", "package-unknown");
    assertThat(refused(Fixtures.sandbox(), "customize=offline"))
        .singleElement()
        .satisfies(p -> assertThat(p.what()).contains("nothing says what"));
    assertThat(
            refused(
                Fixtures.sandbox(),
                "packages=htop",
                "customize=first-boot",
                "customize-with=block"))
        .singleElement()
        .satisfies(p -> assertThat(p.slug()).isEqualTo("invalid-value"));
  }
}
