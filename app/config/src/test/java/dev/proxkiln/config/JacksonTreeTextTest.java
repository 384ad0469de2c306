package dev.proxkiln.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.tree.TreeText;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JacksonTreeTextTest {
  private final TreeText text = new JacksonTreeText();

  @Test
  void keepsTheOrderOfKeys() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("z", 1L);
    tree.put("a", Arrays.asList("x", null, true));
    tree.put("m", Map.of());
    assertThat(text.line(tree)).isEqualTo("{\"z\":1,\"a\":[\"x\",null,true],\"m\":{}}");
    assertThat(text.read(text.line(tree))).hasToString("{z=1, a=[x, null, true], m={}}");
  }

  @Test
  void indentsByTwoForPeople() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("a", List.of(1, List.of()));
    tree.put("b", "x");
    assertThat(text.pretty(tree))
        .isEqualTo(
            """
            {
              "a": [
                1,
                []
              ],
              "b": "x"
            }
            """);
  }

  @Test
  void refusesDuplicatesAndTrailingTextWithTheirPlace() {
    assertThatThrownBy(() -> text.read("{\"a\":1,\n\"a\":2}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line 2");
    assertThatThrownBy(() -> text.read("{} {}")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> text.read("{")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> text.read("")).isInstanceOf(IllegalArgumentException.class);
  }
}
