package dev.proxkiln.core.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TreeTest {
  private static final Object ANSWER =
      Map.of(
          "memory",
          "512",
          "size",
          1.5E10,
          "flag",
          1,
          "nodes",
          List.of(Map.of("type", "node", "name", "a"), Map.of("type", "cluster", "quorate", 1)));

  @Test
  void readsNumbersSentAsStringsAndInScientificNotation() {
    assertThat(Tree.number(ANSWER, "memory")).contains(512L);
    assertThat(Tree.number(ANSWER, "size")).contains(15_000_000_000L);
    assertThat(Tree.text(ANSWER, "size")).isEqualTo("15000000000");
    assertThat(Tree.number(Map.of("x", "1.2e3"), "x")).contains(1200L);
    assertThat(Tree.number(Map.of("x", "many"), "x")).isEmpty();
    assertThat(Tree.text(new BigDecimal("1E+3"))).isEqualTo("1000");
  }

  @Test
  void selectsListEntriesByKeyAndByIndex() {
    assertThat(Tree.flag(ANSWER, "nodes[type=cluster].quorate")).isTrue();
    assertThat(Tree.text(ANSWER, "nodes[0].name")).isEqualTo("a");
    assertThat(Tree.at(ANSWER, "nodes[type=none].quorate")).isEmpty();
    assertThat(Tree.at(ANSWER, "nodes[9]")).isEmpty();
    assertThat(Tree.text(List.of(Map.of("k", "v")), "[k=v].k")).isEqualTo("v");
  }

  @Test
  void missingIsEmptyAndNeverThrows() {
    assertThat(Tree.text(ANSWER, "no.such.path")).isEmpty();
    assertThat(Tree.flag(null, "x")).isFalse();
    assertThat(Tree.list("text", "x")).isEmpty();
    assertThat(Tree.map(ANSWER, "memory")).isEmpty();
  }

  @Test
  void picksAPartOfATextByAPattern() {
    Map<String, Object> config = Map.of("boot", "order=scsi0;net0", "cores", 2);
    assertThat(Tree.pick(config, "boot ~ order=(\\w+)")).isEqualTo("scsi0");
    assertThat(Tree.pick(config, "boot ~ legacy=(\\w+)")).isEmpty();
    assertThat(Tree.pick(config, "none ~ (x)?")).isEmpty();
    assertThat(Tree.pick(config, "cores")).isEqualTo("2");
  }
}
