package dev.proxkiln.cli.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.cli.InProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code template define}, which asks no target. */
class DefinitionsTest {
  @TempDir private Path root;

  private InProcess.Ended call(String... words) {
    return new InProcess(root).run(words);
  }

  @Test
  void refusesAnImageThatIsNotKnownAndOneThatIsMissing() {
    InProcess.Ended ended = call("template", "define", "web", "debian-99", "--cores", "0");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("no image 'debian-99'").contains("--cores");
    assertThat(call("template", "define", "web").err()).contains("Image is missing");
    assertThat(call("template", "definitions").out()).doesNotContain("web");
  }

  @Test
  void keepsNamesOfFilesThatHoldInEveryFolder() throws IOException {
    Files.writeString(root.resolve("own.qcow2"), "x");
    InProcess.Ended ended =
        call("template", "define", "web", "debian-12", "--image-file", "own.qcow2");
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(call("template", "definitions", "web").out())
        .contains("image-file: " + root.resolve("own.qcow2"));
  }
}
