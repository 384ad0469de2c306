package dev.proxkiln.template.tidy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.template.Fixtures;
import dev.proxkiln.template.Looks;
import dev.proxkiln.template.PlanCalls;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TemplateTidyTest {
  private static final Facts FACTS = Fixtures.sandbox();
  private static final LocalDate TODAY = LocalDate.parse("2026-11-20");

  /** A node with a storage for snippets, whose guests name the files that they are made of. */
  private static final class Node {
    private final List<Object> files = new ArrayList<>();
    private final Map<String, Object> answers;
    private final List<String> asked = new ArrayList<>();

    Node(Map<String, Object> answers) {
      this.answers = answers;
    }

    Node with(String file, int daysOld) {
      files.add(
          Map.of(
              "volid",
              "local:snippets/" + file,
              "ctime",
              TODAY.minusDays(daysOld).atTime(12, 0).toEpochSecond(ZoneOffset.UTC)));
      return this;
    }

    PvePort port() {
      return Looks.node(call -> answer(call.path()));
    }

    private Object answer(String path) {
      asked.add(path);
      return switch (path) {
        case "/nodes/pve/storage" -> List.of(Map.of("storage", "local", "active", 1));
        case "/nodes/pve/storage/local/content" -> files;
        default -> answers.getOrDefault(path, Map.of());
      };
    }
  }

  private static Survey.Found look(Node node) {
    return look(FACTS, node);
  }

  private static Survey.Found look(Facts facts, Node node) {
    return new TemplateTidy(() -> TODAY).look(Fixtures.values(), facts, Looks.around(node.port()));
  }

  private static List<String> states(Survey.Found found) {
    return ((Query.Rows) found.rows().orElseThrow())
        .rows().stream()
            .map(row -> Tree.text(row, "what") + " " + Tree.text(row, "state"))
            .toList();
  }

  @Test
  void removesWhatNoGuestNamesAndNothingElse() {
    Node node =
        new Node(
                Map.of(
                    "/nodes/pve/qemu/9000/config",
                    Map.of(
                        "cicustom",
                        "user=local:snippets/proxkiln-a-user.yaml,vendor=local:snippets/proxkiln-a.yaml"),
                    "/nodes/pve/qemu/100/config",
                    Map.of("parent", "before"),
                    "/nodes/pve/qemu/100/snapshot",
                    List.of(Map.of("name", "before"), Map.of("name", "current")),
                    "/nodes/pve/qemu/100/snapshot/before/config",
                    Map.of("cicustom", "vendor=local:snippets/proxkiln-b.yaml")))
            .with("proxkiln-a.yaml", 30)
            .with("proxkiln-a-user.yaml", 30)
            .with("proxkiln-b.yaml", 30)
            .with("proxkiln-c.yaml", 2)
            .with("proxkiln-d.yaml", 0)
            .with("somebody-s.yaml", 30);
    Survey.Found found = look(node);
    assertThat(states(found))
        .containsExactly(
            "local:snippets/proxkiln-a-user.yaml in use",
            "local:snippets/proxkiln-a.yaml in use",
            "local:snippets/proxkiln-b.yaml in use",
            "local:snippets/proxkiln-c.yaml unused",
            "local:snippets/proxkiln-d.yaml new");
    Plan plan = found.jobs().getFirst().plans().getFirst();
    assertThat(PlanCalls.of(plan).stream().filter(call -> !call.verb().reads()))
        .singleElement()
        .satisfies(
            call ->
                assertThat(call.path().toString())
                    .isEqualTo("/nodes/pve/storage/local/content/local:snippets/proxkiln-c.yaml"));
    for (String version : List.of("8.4", "9.1", "9.2")) {
      assertThat(PlanCalls.violations(plan, version)).isEmpty();
    }
  }

  @Test
  void asksNoGuestWhereThereIsNothingToRemove() {
    Node node = new Node(Map.of()).with("somebody-s.yaml", 30);
    assertThat(look(node).jobs()).isEmpty();
    assertThat(node.asked).noneMatch(path -> path.contains("/qemu/"));
  }

  @Test
  void whoMayNotSeeEveryGuestRemovesNothing() {
    Node node = new Node(Map.of()).with("proxkiln-c.yaml", 30);
    assertThatThrownBy(() -> look(Fixtures.rest(), node)).hasMessageContaining("only-root");
  }
}
