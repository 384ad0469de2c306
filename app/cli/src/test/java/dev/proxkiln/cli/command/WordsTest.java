package dev.proxkiln.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {
  private static final List<String> COMMANDS =
      List.of("template create", "template show", "show", "runs");

  private static Words of(String line) {
    return Words.of(List.of(line.split(" ")), COMMANDS);
  }

  @Test
  void findsTheCommandBetweenFlags() {
    Words words = of("--target sandbox template -v create debian-12 --memory 4G");
    assertThat(words.command()).isEqualTo("template create");
    assertThat(words.whole()).isTrue();
    assertThat(words.rest())
        .containsExactly("--target", "sandbox", "-v", "debian-12", "--memory", "4G");
    assertThat(words.plain()).isFalse();
  }

  @Test
  void takesNoArgumentForACommand() {
    Words words = of("show template");
    assertThat(words.command()).isEqualTo("show");
    assertThat(words.rest()).containsExactly("template");
    assertThat(words.plain()).isTrue();
  }

  @Test
  void hearsPlanBeforeTheCommandOnly() {
    assertThat(of("plan template create").planning()).isTrue();
    assertThat(of("plan template create").command()).isEqualTo("template create");
    assertThat(of("--node pve plan template create").planning()).isTrue();
    assertThat(of("template create plan").planning()).isFalse();
    assertThat(of("template create plan").rest()).containsExactly("plan");
  }

  @Test
  void tellsHalfACommandFromNone() {
    assertThat(of("template").whole()).isFalse();
    assertThat(of("template").command()).isEqualTo("template");
    assertThat(of("template crate").stray()).isEqualTo("crate");
    assertThat(of("template crate").nearest(COMMANDS)).isEqualTo("template create");
    assertThat(of("rns").nearest(COMMANDS)).isEqualTo("runs");
    assertThat(of("frobnicate").nearest(COMMANDS)).isEmpty();
  }

  @Test
  void stopsLookingAtTwoDashes() {
    assertThat(of("show -- -x").rest()).containsExactly("--", "-x");
  }
}
