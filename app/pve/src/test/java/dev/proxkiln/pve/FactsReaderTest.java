package dev.proxkiln.pve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.problem.ProblemException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FactsReaderTest {

  private static FakePve single() {
    return new FakePve()
        .on("/version", "{\"version\":\"8.4.21\",\"release\":\"8.4\",\"repoid\":\"x\"}")
        .on(
            "/cluster/status",
            "[{\"type\":\"node\",\"name\":\"pve\",\"online\":1,\"local\":1,\"id\":\"node/pve\"}]")
        .on(
            "/cluster/resources",
            "[{\"type\":\"qemu\",\"vmid\":100,\"node\":\"pve\",\"name\":\"old\",\"status\":\"unknown\"},"
                + "{\"type\":\"lxc\",\"vmid\":\"200\",\"node\":\"pve\",\"name\":\"ct\",\"status\":\"running\"},"
                + "{\"type\":\"qemu\",\"vmid\":105,\"node\":\"pve\"}]")
        .on("/cluster/nextid", "\"101\"")
        .on("/pools", "[{\"poolid\":\"test\"}]")
        .on(
            "/storage",
            "[{\"storage\":\"local\",\"type\":\"dir\",\"path\":\"/var/lib/vz\",\"content\":\"iso\"}]")
        .on(
            "/nodes/pve/storage",
            "[{\"storage\":\"local\",\"type\":\"dir\",\"content\":\"iso,vztmpl,import\",\"active\":1,"
                + "\"enabled\":1,\"shared\":0,\"avail\":1.5e+10},"
                + "{\"storage\":\"off\",\"type\":\"nfs\",\"content\":\"images\",\"active\":0,\"enabled\":0},"
                + "{\"storage\":\"local-lvm\",\"type\":\"lvmthin\",\"content\":\"rootdir,images\","
                + "\"active\":\"1\",\"avail\":\"1024\"}]")
        .on(
            "/nodes/pve/network",
            "[{\"iface\":\"vmbr1\",\"type\":\"bridge\"},{\"iface\":\"vmbr0\",\"type\":\"bridge\"}]")
        .on(
            "/nodes/pve/qemu",
            "[{\"vmid\":100,\"name\":\"deb\",\"status\":\"stopped\",\"template\":1,\"tags\":\"a;b\"}]");
  }

  private static Facts read(FakePve pve, Optional<String> node) {
    return FactsReader.read(pve, TargetKind.REST, "https://pve:8006", node, true);
  }

  @Test
  void readsASingleNode() {
    FakePve pve = single();
    Facts facts = read(pve, Optional.empty());
    assertThat(facts.version()).isEqualTo("8.4.21");
    assertThat(facts.node()).isEqualTo("pve");
    assertThat(facts.nodes()).containsExactly("pve");
    assertThat(facts.quorate()).isTrue();
    assertThat(facts.bridges()).containsExactly("vmbr0", "vmbr1");
    assertThat(facts.pools()).containsExactly("test");
    assertThat(facts.nextId()).hasValue(101);
    assertThat(facts.rootSession()).isTrue();
    assertThat(facts.address()).isEqualTo("https://pve:8006");
    assertThat(pve.asked).hasSize(9).doesNotHaveDuplicates();
  }

  @Test
  void readsStoragesTolerantly() {
    Facts facts = read(single(), Optional.empty());
    StorageFacts local = facts.storage("local").orElseThrow();
    assertThat(local.content()).containsExactly("import", "iso", "vztmpl");
    assertThat(local.availableBytes()).contains(15_000_000_000L);
    assertThat(local.path()).contains("/var/lib/vz");
    assertThat(facts.storage("off").orElseThrow().active()).isFalse();
    assertThat(facts.storagesFor("images"))
        .extracting(StorageFacts::id)
        .containsExactly("local-lvm");
    assertThat(facts.storage("local-lvm").orElseThrow().availableBytes()).contains(1024L);
  }

  @Test
  void takesTheNodesOwnWordForItsVms() {
    assertThat(read(single(), Optional.empty()).guests())
        .containsExactly(
            new GuestFacts(100, "deb", "pve", "qemu", true, false, List.of("a", "b")),
            new GuestFacts(200, "ct", "pve", "lxc", false, true, List.of()));
  }

  @Test
  void takesTheNodeThatAnswersOrTheGivenOneInACluster() {
    FakePve pve =
        single()
            .on(
                "/cluster/status",
                "[{\"type\":\"cluster\",\"name\":\"c\",\"quorate\":1,\"nodes\":3},"
                    + "{\"type\":\"node\",\"name\":\"a\",\"online\":1,\"local\":0},"
                    + "{\"type\":\"node\",\"name\":\"pve\",\"online\":1,\"local\":1},"
                    + "{\"type\":\"node\",\"name\":\"z\",\"online\":0,\"local\":0}]")
            .on("/nodes/a/storage", "[]")
            .on("/nodes/a/network", "[]")
            .on("/nodes/a/qemu", "[]");
    Facts facts = read(pve, Optional.empty());
    assertThat(facts.node()).isEqualTo("pve");
    assertThat(facts.nodes()).containsExactly("a", "pve", "z");
    assertThat(read(pve, Optional.of("a")).node()).isEqualTo("a");
    ProblemException thrown =
        catchThrowableOfType(ProblemException.class, () -> read(pve, Optional.of("b")));
    assertThat(thrown.first().slug()).isEqualTo("node-missing");
    assertThat(thrown.first().why()).contains("a, pve, z");
  }

  @Test
  void seesThatTheQuorumIsLost() {
    FakePve pve =
        single()
            .on(
                "/cluster/status",
                "[{\"type\":\"cluster\",\"name\":\"c\",\"quorate\":0},"
                    + "{\"type\":\"node\",\"name\":\"pve\",\"online\":1,\"local\":1}]");
    assertThat(read(pve, Optional.empty()).quorate()).isFalse();
  }

  @Test
  void managesWithTheRightsOfASmallToken() {
    FakePve pve =
        single()
            .refuse("/cluster/status", 403, "Permission check failed (/, Sys.Audit)")
            .refuse("/storage", 403, "Permission check failed")
            .refuse("/pools", 403, "Permission check failed")
            .on(
                "/nodes",
                "[{\"node\":\"pve\",\"status\":\"online\"},{\"node\":\"a\",\"status\":\"offline\"}]");
    Facts facts = read(pve, Optional.empty());
    assertThat(facts.node()).isEqualTo("pve");
    assertThat(facts.quorate()).isTrue();
    assertThat(facts.pools()).isEmpty();
    assertThat(facts.storage("local").orElseThrow().path()).isEmpty();
  }

  @Test
  void saysWhatTheNodeSaidWhenTheLoginIsRefused() {
    FakePve pve = single().refuse("/version", 401, "");
    ProblemException thrown =
        catchThrowableOfType(ProblemException.class, () -> read(pve, Optional.empty()));
    assertThat(thrown.first().slug()).isEqualTo("login-failed");
  }
}
