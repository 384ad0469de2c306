package dev.proxkiln.template.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.pve.problem.PveSlug;
import dev.proxkiln.template.Fixtures;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class GuestsTest {
  private static final Facts FACTS =
      new Facts(
          TargetKind.LOCAL,
          "local",
          "9.2.3",
          "pve1",
          List.of("pve1", "pve2"),
          true,
          List.of(),
          List.of(),
          List.of(
              guest(102, "db", "pve2", "lxc", false, true, "prod"),
              guest(9000, "debian-13", "pve1", "qemu", true, false, "proxkiln", "run-a"),
              guest(9001, "debian-13", "pve2", "qemu", true, false, "copy", "run-a", "run-b"),
              guest(9002, "docker", "pve1", "qemu", true, false, "proxkiln", "run-a", "run-c"),
              guest(101, "web", "pve1", "qemu", false, true, "proxkiln", "run-a"),
              guest(103, "apps", "pve1", "qemu", false, false, "run-a", "run-c")),
          List.of(),
          OptionalLong.of(104),
          true);

  private static GuestFacts guest(
      long vmid,
      String name,
      String node,
      String type,
      boolean template,
      boolean running,
      String... tags) {
    return new GuestFacts(vmid, name, node, type, template, running, List.of(tags), 2L << 30);
  }

  /** What the node answers, by path; everything else it refuses. */
  private final Map<String, Object> answers = new HashMap<>();

  private final PvePort pve =
      new PvePort() {
        @Override
        public Answer send(ResolvedCall call) {
          Object value = answers.get(call.path());
          if (value == null) {
            throw PveSlug.AGENT_NOT_RUNNING.problem("", "No answer.", "", "").raise();
          }
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
      };

  private Query.Result ask(String name, String... settings) {
    Query query =
        Fixtures.module().queries().stream()
            .filter(q -> q.name().equals(name))
            .findFirst()
            .orElseThrow();
    Answers read = query.schema(FACTS).read(Fixtures.values(settings), FACTS).orRaise();
    return query.answer(read, FACTS, pve);
  }

  private Object show(String guest) {
    return ((Query.One) ask("guest show", "guest=" + guest)).tree();
  }

  @Test
  void listsGuestsWithTheTemplateThatEachWasClonedOf() {
    Query.Rows rows = (Query.Rows) ask("guest list");
    assertThat(rows.rows())
        .extracting(row -> Tree.text(row, "vmid") + " " + Tree.text(row, "clone-of"))
        .containsExactly("101 debian-13", "102 ", "103 docker");
    Object first = rows.rows().getFirst();
    assertThat(Tree.text(first, "memory")).isEqualTo("2G");
    assertThat(Tree.text(first, "state")).isEqualTo("running");
    rows.columns().forEach(c -> assertThat(Tree.at(first, c.path())).isPresent());
  }

  @Test
  void showsWhereAVmIsReached() {
    answers.put(
        "/nodes/pve1/qemu/101/config",
        Map.of("agent", "1", "serial0", "socket", "cores", 2, "cipassword", "**********"));
    answers.put(
        "/nodes/pve1/qemu/101/agent/network-get-interfaces",
        Map.of(
            "result",
            List.of(
                Map.of("name", "lo", "ip-addresses", List.of(Map.of("ip-address", "127.0.0.1"))),
                Map.of(
                    "name",
                    "eth0",
                    "ip-addresses",
                    List.of(
                        Map.of("ip-address", "192.0.2.7"),
                        Map.of("ip-address", "fe80::1"),
                        Map.of("ip-address", "2001:db8::7"))))));
    Object tree = show("web");
    assertThat(Tree.text(tree, "addresses")).isEqualTo("[192.0.2.7, 2001:db8::7]");
    assertThat(Tree.text(tree, "clone-of")).isEqualTo("debian-13, 9000");
    assertThat(Tree.text(tree, "open.console")).isEqualTo("qm terminal 101");
    assertThat(Tree.text(tree, "open.web")).isEqualTo("https://pve1:8006/#v1:0:=qemu%2F101");
    assertThat(Tree.map(tree, "config")).containsOnlyKeys("agent", "serial0", "cores");
  }

  @Test
  void saysWhyAVmTellsNoAddress() {
    answers.put("/nodes/pve1/qemu/101/config", Map.of("agent", "enabled=1,type=virtio"));
    assertThat(Tree.text(show("101"), "agent")).isEqualTo("does not answer");
    answers.put("/nodes/pve1/qemu/101/config", Map.of("cores", 2));
    assertThat(Tree.text(show("101"), "agent")).startsWith("not enabled");
    answers.put("/nodes/pve1/qemu/103/config", Map.of("cores", 2));
    assertThat(Tree.at(show("103"), "agent")).isEmpty();
    assertThat(Tree.text(show("103"), "open.start")).isEqualTo("qm start 103");
  }

  @Test
  void showsAContainerOnAnotherNode() {
    answers.put("/nodes/pve2/lxc/102/config", Map.of("hostname", "db"));
    answers.put(
        "/nodes/pve2/lxc/102/interfaces",
        List.of(
            Map.of("name", "lo", "inet", "127.0.0.1/8", "inet6", "::1/128"),
            Map.of("name", "eth0", "inet", "192.0.2.9/24")));
    Object tree = show("db");
    assertThat(Tree.text(tree, "addresses")).isEqualTo("[192.0.2.9]");
    assertThat(Tree.text(tree, "open.console")).isEqualTo("pct enter 102, on node pve2");
  }

  @Test
  void refusesAGuestThatIsNotThere() {
    assertThatThrownBy(() -> show("wep"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.first().slug()).isEqualTo("guest-missing");
              assertThat(e.first().next()).startsWith("Did you mean 'web'?");
            });
  }
}
