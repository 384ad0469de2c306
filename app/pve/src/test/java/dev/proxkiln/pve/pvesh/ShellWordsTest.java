package dev.proxkiln.pve.pvesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.pve.Gen;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordsTest {

  /** What a shell makes of a text: its words, each ended by a NUL. */
  private static List<String> wordsOf(String shell, String text) throws IOException {
    Process process =
        new ProcessBuilder(shell).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    // On standard input, so that the encoding of this JVM's arguments plays no part.
    process.getOutputStream().write(("printf '%s\\0' " + text).getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    List<String> words = new ArrayList<>(Arrays.asList(out.split("\0", -1)));
    words.removeLast();
    return words;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "bash"})
  void isReadBackByAShellAsItWas(String shell) throws IOException {
    List<String> nasty =
        new ArrayList<>(
            List.of(
                "",
                "'",
                "''",
                "a'b\"c",
                "$(touch /tmp/pwned)",
                "`id`",
                "a;b&&c||d|e>f<g",
                "\\",
                "a\\'b",
                "~root",
                "*?[a]{b,c}",
                "#no comment",
                "-n",
                "--",
                "a\nb\r\nc",
                "!history!",
                "a=b",
                "ümläut €",
                "tab\there"));
    Gen.forAll(200, gen -> nasty.add(gen.anything(30)));
    assertThat(wordsOf(shell, ShellWords.quote(nasty))).isEqualTo(nasty);
  }

  @Test
  void leavesPlainWordsReadable() {
    assertThat(
            ShellWords.quote(
                List.of("pvesh", "get", "/nodes/pve/qemu/100/config", "--output-format", "json")))
        .isEqualTo("pvesh get /nodes/pve/qemu/100/config --output-format json");
    assertThat(ShellWords.quote("net0=x y")).isEqualTo("'net0=x y'");
  }

  @Test
  void refusesANul() {
    assertThatThrownBy(() -> ShellWords.quote("a\0b")).isInstanceOf(IllegalArgumentException.class);
  }
}
