package dev.proxkiln.template.cloudinit;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlTest {
  private static Object read(String text) {
    Document document = YamlReader.read(text);
    assertThat(document.faults()).isEmpty();
    return document.tree();
  }

  @Test
  void readsPlainScalarsAsPyYamlDoes() {
    assertThat(read("[yes, Off, 0644, 1_000, 12:30, 0x1f, 1.5, ~, y, 1.2.3, 'yes', !!str yes]"))
        .asString()
        .isEqualTo("[true, false, 420, 1000, 750, 31, 1.5, null, y, 1.2.3, yes, yes]");
  }

  @Test
  void followsAnchorsAndMergeKeys() {
    assertThat(read("a: &x {k: 1, l: 2}\nb: {<<: *x, l: 3}\n"))
        .isEqualTo(
            Map.of(
                "a", Map.of("k", BigInteger.ONE, "l", BigInteger.TWO),
                "b", Map.of("k", BigInteger.ONE, "l", BigInteger.valueOf(3))));
  }

  @Test
  void refusesWhatUnfoldsWithoutEnd() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 9; i++) {
      String before = "*a" + (i - 1);
      bomb.append(
          "a%d: &a%d [%s]\n"
              .formatted(
                  i,
                  i,
                  String.join(
                      ", ",
                      List.of(before, before, before, before, before, before, before, before))));
    }
    assertThat(YamlReader.read(bomb.toString()).faults())
        .extracting(Fault::what)
        .containsExactly("it unfolds to more than anybody needs");
    assertThat(YamlReader.read("a: &a [*a]").faults()).isNotEmpty();
  }

  @Test
  void saysOnWhichLineTheYamlEnds() {
    assertThat(YamlReader.read("a: 1\nb: [\n").faults()).isNotEmpty();
    assertThat(YamlReader.read("a: 1\na: 2\n").faults())
        .extracting(Fault::toString)
        .containsExactly("line 2: 'a' stands there twice");
    assertThat(YamlReader.read("a: b: c\n").faults()).extracting(Fault::line).containsExactly(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yes",
        "0644",
        "12:30",
        "",
        "~",
        "null",
        "2026-01-01",
        "#x",
        "a: b",
        "- a",
        "two\nlines\n",
        "\ttab",
        "trailing ",
        "größe",
        "\u0007",
        "*x",
        "&x",
        "{a}",
        "=",
        "%"
      })
  void givesBackEveryTextThatItWrites(String text) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("k", List.of(text, true, BigInteger.TEN));
    tree.put(text.isBlank() || text.contains("\n") ? "x" : text, "v");
    assertThat(read(YamlWriter.write(tree))).isEqualTo(tree);
  }
}
