package dev.proxkiln.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.cli.TinyNode;
import dev.proxkiln.cli.outside.Version;
import dev.proxkiln.testkit.Typist;
import dev.proxkiln.ui.Terminal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls that leave something open, with somebody at a terminal. */
class LineModeTest {
  @TempDir Path root;
  private TinyNode node;

  @BeforeEach
  void start() throws Exception {
    node = TinyNode.open(root, List.of("tiny-0", "tiny-1"));
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
  }

  private InProcess.Ended call(Typist typist, String... words) {
    return new InProcess(root)
        .asking(() -> Optional.of(new Terminal.Line(typist.in(), typist.out(), typist::hide)))
        .onSandbox(words);
  }

  @Test
  void asksForWhatIsMissingAndMakesATemplate() {
    Typist typist = Typist.of("tiny-0", "", "review", "yes");
    InProcess.Ended ended = call(typist, "template", "create");
    assertThat(ended.code()).as(ended.err() + typist.seen()).isZero();
    assertThat(typist.seen())
        .contains("Image (page 1 of", "Same thing without questions:")
        .contains("proxkiln template create tiny-0 --target sandbox");
    assertThat(call(Typist.of(), "template", "list").out()).contains("tiny-0");
  }

  @Test
  void makesSeveralAtOnceAndChangesASettingAtTheReview() {
    Typist typist =
        Typist.of("tiny-0", "tiny-1", "", "review", "change", "memory", "5", "96M", "yes");
    InProcess.Ended ended = call(typist, "template", "create");
    assertThat(ended.code()).as(ended.err() + typist.seen()).isZero();
    assertThat(typist.seen())
        .contains("! Memory '5' is out of range.")
        .contains("proxkiln template create tiny-0 tiny-1 --memory 96M --target sandbox");
    InProcess.Ended shown = call(Typist.of(), "template", "show", "tiny-1");
    assertThat(shown.out()).as(shown.err()).contains("96");
  }

  @Test
  void aPasswordIsTypedUnseenAndOnlyItsHashIsKept() throws Exception {
    Typist typist =
        Typist.of("tiny-0", "", "review", "change", "password", "s3cret!", "s3cret!", "yes");
    InProcess.Ended ended = call(typist, "template", "create");
    assertThat(ended.code()).as(ended.err() + typist.seen()).isZero();
    assertThat(typist.seen()).contains("--password secret:password").doesNotContain("s3cret!");
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain("s3cret!");
      }
    }
  }

  @Test
  void whoLeavesHasDoneNothing() {
    InProcess.Ended ended = call(Typist.of("tiny-0", "quit"), "template", "create");
    assertThat(ended.err()).contains("You left the questions.");
    assertThat(call(Typist.of(), "template", "list").out()).doesNotContain("tiny-0");
  }

  @Test
  void nothingIsAskedWithoutInput() {
    Typist typist = Typist.of("tiny-0");
    InProcess.Ended ended = call(typist, "template", "create", "--no-input");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err().lines().filter(line -> line.contains("--image"))).hasSize(2);
    assertThat(typist.seen()).isEmpty();
    assertThat(call(typist, "explain", "--yes").code()).isEqualTo(2);
    assertThat(typist.seen()).isEmpty();
  }

  @Test
  void everyCommandAsksForWhatItNeeds() {
    Typist typist = Typist.of("no-such-run");
    assertThat(call(typist, "show").err()).contains("no-such-run");
    assertThat(typist.seen()).contains("Run: no-such-run");
  }

  @Test
  void theMenuIsOfNumberedLinesWhereNothingCanBeDrawn() {
    Typist typist =
        Typist.of("99", "templ", "1", "tiny-0", "", "review", "yes", "template", "list", "quit");
    InProcess.Ended ended = call(typist, "menu", "--ui", "line");
    assertThat(ended.code()).as(ended.err() + typist.seen()).isZero();
    assertThat(typist.seen())
        .contains("What would you like to do?", "Type a number from 1 to", "Image (page 1 of")
        .doesNotContain("completion");
    assertThat(ended.out()).contains("VMID").contains("tiny-0");
  }

  @Test
  void aCommandLineRunsWhatTheProgramCanAndRemembersNoSecret() throws Exception {
    InProcess program = new InProcess(root);
    Typist typist =
        Typist.of("explain vmid-taken", "proxkiln runs", "version 'open", "version", "quit");
    InProcess.Ended ended =
        program
            .asking(() -> Optional.of(new Terminal.Line(typist.in(), typist.out())))
            .run("shell");
    assertThat(ended.code()).isZero();
    assertThat(ended.out()).contains("vmid-taken").contains("proxkiln " + Version.text());
    assertThat(ended.err()).contains("A quote is not closed.");
  }
}
