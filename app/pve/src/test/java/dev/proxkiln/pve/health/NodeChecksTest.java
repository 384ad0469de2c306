package dev.proxkiln.pve.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.module.Finding;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.pve.problem.PveSlug;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class NodeChecksTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00.400Z");

  private final Map<String, Object> answers = new HashMap<>();

  private final PvePort pve =
      new PvePort() {
        @Override
        public Answer send(ResolvedCall call) {
          String path = call.path().replace("/nodes/pve1", "");
          if (!answers.containsKey(path)) {
            throw PveSlug.PERMISSION_DENIED.problem(path, "not allowed", "", "ask").raise();
          }
          return new Answer(answers.get(path), Optional.empty());
        }

        @Override
        public TaskEnd await(String upid, TaskWatch watch) {
          throw new AssertionError(upid);
        }

        @Override
        public void settle(String node, long vmid) {
          throw new AssertionError(node);
        }
      };

  private static Facts facts(String version, boolean quorate, StorageFacts... storages) {
    return new Facts(
        TargetKind.REST,
        "https://pve1",
        version,
        "pve1",
        List.of("pve1"),
        quorate,
        List.of(storages),
        List.of(),
        List.of(),
        List.of(),
        OptionalLong.empty(),
        false);
  }

  private NodeChecks checks() {
    return new NodeChecks(facts("9.2.3", true), pve, InstantSource.fixed(NOW));
  }

  private static Finding.State only(List<Finding> findings) {
    assertThat(findings).hasSize(1);
    return findings.getFirst().state();
  }

  @Test
  void aClockIsWrongByMoreThanTheAnswerTakesToTravel() {
    answers.put("/time", Map.of("time", NOW.getEpochSecond()));
    assertThat(only(checks().time())).isEqualTo(Finding.State.OK);
    answers.put("/time", Map.of("time", NOW.getEpochSecond() + 40));
    assertThat(only(checks().time())).isEqualTo(Finding.State.WARNING);
    answers.put("/time", Map.of("time", NOW.getEpochSecond() - 3600));
    Finding hour = checks().time().getFirst();
    assertThat(hour.state()).isEqualTo(Finding.State.BAD);
    assertThat(hour.what()).contains("3599 s");
  }

  @Test
  void aCertificateEndsOrHasEnded() {
    answers.put(
        "/certificates/info",
        List.of(
            certificate("pve-root-ca.pem", Duration.ofDays(3000)),
            certificate("pve-ssl.pem", Duration.ofDays(5)),
            certificate("pveproxy-ssl.pem", Duration.ofDays(-1))));
    List<Finding> found = checks().certificates();
    assertThat(found)
        .extracting(Finding::state)
        .containsExactly(Finding.State.OK, Finding.State.WARNING, Finding.State.BAD);
    assertThat(found.get(0).what()).contains("SHA-256 AB:CD");
    assertThat(found.get(1).mend()).contains("pvecm updatecerts");
    assertThat(found.get(2).mend()).contains("pvenode acme cert");
  }

  private static Object certificate(String file, Duration left) {
    return Map.of(
        "filename", file, "notafter", NOW.plus(left).getEpochSecond(), "fingerprint", "AB:CD");
  }

  @Test
  void anEnterpriseRepositoryNeedsASubscription() {
    answers.put("/apt/repositories", repositories("enterprise"));
    answers.put("/subscription", Map.of("status", "notfound"));
    Finding found = checks().repositories().getFirst();
    assertThat(found.state()).isEqualTo(Finding.State.WARNING);
    assertThat(found.mend())
        .isEqualTo("pvesh set /nodes/pve1/apt/repositories --handle no-subscription");
    answers.put("/subscription", Map.of("status", "active"));
    assertThat(only(checks().repositories())).isEqualTo(Finding.State.OK);
    answers.put("/apt/repositories", repositories("no-subscription"));
    answers.remove("/subscription");
    assertThat(only(checks().repositories())).isEqualTo(Finding.State.OK);
    answers.put("/apt/repositories", repositories("test"));
    assertThat(checks().repositories().getFirst().what()).contains("no updates");
  }

  private static Object repositories(String enabled) {
    return Map.of(
        "errors",
        List.of(),
        "infos",
        List.of(),
        "standard-repos",
        List.of("enterprise", "no-subscription", "test").stream()
            .map(handle -> Map.of("handle", handle, "status", handle.equals(enabled)))
            .toList());
  }

  @Test
  void whatMayNotBeReadIsAWarning() {
    assertThat(only(checks().time())).isEqualTo(Finding.State.WARNING);
    assertThat(only(checks().certificates())).isEqualTo(Finding.State.WARNING);
    assertThat(only(checks().repositories())).isEqualTo(Finding.State.WARNING);
  }

  @Test
  void factsSayWhatIsOldOffOrFull() {
    StorageFacts off = storage("off", false, 1L << 40);
    StorageFacts full = storage("full", true, 5 << 20);
    List<Finding> found =
        new NodeChecks(facts("7.4-3", false, off, full), pve, InstantSource.fixed(NOW)).stated();
    assertThat(found)
        .extracting(Finding::about)
        .containsExactly("release", "quorum", "storage off", "storage full");
    assertThat(found)
        .extracting(Finding::state)
        .containsExactly(
            Finding.State.BAD, Finding.State.BAD, Finding.State.WARNING, Finding.State.WARNING);
    assertThat(NodeHealth.release(facts("10.1.0", true)).state()).isEqualTo(Finding.State.OK);
  }

  private static StorageFacts storage(String id, boolean active, long free) {
    return new StorageFacts(
        id,
        "dir",
        new TreeSet<>(List.of("images")),
        active,
        false,
        Optional.of(free),
        Optional.empty());
  }
}
