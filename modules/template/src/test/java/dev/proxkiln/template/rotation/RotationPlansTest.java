package dev.proxkiln.template.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.module.Definition;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.PlanText;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.port.Downloads;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.template.Fixtures;
import dev.proxkiln.template.Looks;
import dev.proxkiln.template.PlanCalls;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What rotation asks of a node: every call is one that each release of Proxmox VE takes. */
class RotationPlansTest {
  private static final List<String> RELEASES = List.of("8.4", "9.1", "9.2");

  private static GuestFacts version(long vmid, String version, String state) {
    return new GuestFacts(
        vmid,
        state.equals("current") ? "web" : "web-" + version,
        "pve",
        "qemu",
        true,
        false,
        List.of("proxkiln", "debian-12", "series-web", "version-" + version, state));
  }

  private static Facts facts(GuestFacts... more) {
    Facts facts = Fixtures.sandbox();
    List<GuestFacts> guests = new ArrayList<>(facts.guests());
    guests.addAll(List.of(more));
    return new Facts(
        TargetKind.SANDBOX,
        facts.address(),
        facts.version(),
        facts.node(),
        facts.nodes(),
        true,
        facts.storages(),
        facts.bridges(),
        guests,
        facts.pools(),
        OptionalLong.of(101),
        true);
  }

  /** A node whose templates were made of an older build. */
  private static final PvePort NODE =
      Looks.node(
          call ->
              call.path().endsWith("/config")
                  ? Map.of(
                      "scsi0",
                      "files:9/base-9-disk-0.qcow2,size=8G",
                      "description",
                      "Mine.\n\n- definition: 0123456789ab\n\n- digest: sha512:00\n")
                  : List.of());

  private static final Downloads PUBLISHER =
      new Downloads() {
        @Override
        public Map<String, String> fetch(Fetch fetch, Watch watch) {
          throw new AssertionError("a look downloads nothing");
        }

        @Override
        public String folder() {
          return "/var/cache/proxkiln";
        }

        @Override
        public String stated(Fetch fetch, Watch watch) {
          return "sha512:11";
        }

        @Override
        public void dropPartial(Fetch fetch) {}
      };

  private static Definition definition(String... settings) {
    return new Definition(
        "web", 3, "template create", new Checked.Valid<>(Fixtures.values(settings)));
  }

  private static Survey.Found look(Facts facts, Definition definition, String... settings) {
    return Looks.look(
        "template refresh", facts, Looks.around(NODE, PUBLISHER, List.of(definition)), settings);
  }

  private static void valid(Plan plan) {
    for (String release : RELEASES) {
      assertThat(PlanCalls.violations(plan, release)).as(release).isEmpty();
    }
    assertThat(PlanText.script(plan)).contains("name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"files", "thin", "zfs", "thick"})
  void everyReleaseTakesTheCallsOfARefreshAndOfWhatItDeletes(String storage) {
    Survey.Found found =
        look(
            facts(
                version(201, "20261101", "current"),
                version(200, "20261001", "superseded"),
                version(199, "20260901", "superseded")),
            definition("image=debian-12", "storage=" + storage, "firmware=uefi", "notes=Mine."),
            "definition=web",
            "keep=2");
    List<Plan> plans = found.jobs().getFirst().plans();
    assertThat(plans).hasSize(2);
    plans.forEach(RotationPlansTest::valid);
    assertThat(plans.getFirst().title()).isEqualTo("Refresh template web to version 20261120");
    assertThat(plans.getFirst().steps())
        .extracting(Step::id)
        .containsSubsequence(
            "create", "converted", "test-verdict", "record", "name-release", "name-take");
    assertThat(plans.getLast().steps())
        .extracting(Step::id)
        .containsSubsequence("delete-200", "delete-199");
    assertThat(PlanText.text(plans.getFirst()))
        .contains(storage.equals("thick") ? "Make full clone a" : "Make linked clone a");
  }

  @Test
  void everyReleaseTakesTheCallsOfARollback() {
    valid(
        Fixtures.action("template rollback")
            .plan(
                Fixtures.values("definition=web"),
                facts(version(201, "20261101", "current"), version(200, "20261001", "superseded")))
            .orRaise());
  }

  @Test
  void versionsOfADayAreCounted() {
    Facts facts =
        facts(
            version(201, "20261120", "superseded"),
            version(202, "20261120-10", "superseded"),
            version(203, "20261120-2", "current"));
    Series series = Series.of(facts, "web");
    assertThat(series.versions())
        .extracting(Series.Version::version)
        .containsExactly("20261120-10", "20261120-2", "20261120");
    assertThat(series.next(LocalDate.parse("2026-11-20"), facts)).isEqualTo("20261120-11");
    assertThat(series.next(LocalDate.parse("2026-11-21"), facts)).isEqualTo("20261121");
    // A calendar that went back makes no version older than what is there.
    assertThat(series.next(LocalDate.parse("2026-11-19"), facts)).isEqualTo("20261120-11");
  }

  @Test
  void theNumberOfADeletedVersionIsNotGivenAgain() {
    Facts later = facts(version(203, "20261120-2", "current"));
    assertThat(Series.of(later, "web").next(LocalDate.parse("2026-11-20"), later))
        .isEqualTo("20261120-3");
    // The template is gone, and a clone that does not need it is left.
    GuestFacts clone =
        new GuestFacts(
            500,
            "mine",
            "pve",
            "qemu",
            false,
            true,
            List.of("proxkiln", "series-web", "version-20261120-4"));
    Facts cloned = facts(clone);
    assertThat(Series.of(cloned, "web").next(LocalDate.parse("2026-11-20"), cloned))
        .isEqualTo("20261120-5");
  }

  @Test
  void whatIsWrongWithADefinitionIsSaidWithItsName() {
    Survey.Found found =
        look(facts(), definition("image=debian-12", "memory=lots", "storage=nowhere"), "all=true");
    assertThat(found.jobs()).isEmpty();
    assertThat(found.problems())
        .isNotEmpty()
        .allSatisfy(p -> assertThat(p.where()).contains("definition web"));
    assertThat(found.problems()).extracting("slug").contains("invalid-value");
  }

  @Test
  void aNameOrAllIsNeeded() {
    assertThatThrownBy(() -> look(facts(), definition("image=debian-12")))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.first().slug()).isEqualTo("missing-value"));
    assertThatThrownBy(() -> look(facts(), definition("image=debian-12"), "definition=wep"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.first().slug()).isEqualTo("definition-unknown");
              assertThat(e.first().next()).contains("Did you mean 'web'?");
            });
  }

  @Test
  void theTimerStartsARefreshOfAllAndIsTakenBack() {
    Plan plan =
        look(facts(), definition("image=debian-12"), "install-timer=weekly", "keep=5")
            .jobs()
            .getFirst()
            .plans()
            .getFirst();
    Step.Run service = (Step.Run) plan.step("service").orElseThrow();
    assertThat(service.argv().getLast().toString())
        .isEqualTo("/etc/systemd/system/proxkiln-refresh.service");
    assertThat(service.input().orElseThrow().toString())
        .contains(
            "ExecStart=/opt/proxkiln/bin/proxkiln --target sandbox template refresh --all --keep 5"
                + " --yes --no-input --on-error undo\n");
    assertThat(((Step.Run) plan.step("timer").orElseThrow()).input().orElseThrow().toString())
        .contains("OnCalendar=weekly\n");
    assertThat(plan.steps().stream().filter(s -> s instanceof Step.Run && !s.undo().isEmpty()))
        .extracting(Step::id)
        .containsExactly("service", "timer", "enable");
    assertThat(
            look(facts(), definition("image=debian-12"), "remove-timer=true")
                .jobs()
                .getFirst()
                .about())
        .isEqualTo("Remove the timer that refreshes templates");
  }

  @Test
  void wordsOfATimerAreQuotedForSystemd() {
    assertThat(RefreshTimer.quoted("PROXKILN_ROOT=/a b/100%"))
        .isEqualTo("\"PROXKILN_ROOT=/a b/100%%\"");
    assertThat(RefreshTimer.quoted("a\"b\\$c")).isEqualTo("\"a\\\"b\\\\$$c\"");
    assertThat(RefreshTimer.quoted("https://pve:8006")).isEqualTo("https://pve:8006");
  }
}
