package dev.proxkiln.host.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.proxkiln.core.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFileTest {
  @TempDir Path folder;

  @Test
  void readsUtf8AsItIs() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "größe: 1\r\n");
    assertThat(TextFile.read(file)).isEqualTo("größe: 1\r\n");
  }

  @Test
  void refusesWhatIsNoTextAndWhatIsTooLarge() throws IOException {
    Path gzip = Files.write(folder.resolve("gz"), new byte[] {0x1f, (byte) 0x8b, 8, 0});
    assertThat(refusal(gzip)).contains("no text in UTF-8");
    Path large = Files.write(folder.resolve("large"), new byte[(2 << 20) + 1]);
    assertThat(refusal(large)).contains("larger than 2 MiB");
    assertThat(refusal(folder.resolve("none"))).contains("no such file");
  }

  @Test
  void tellsTheWholePathOfAFileThatCanBeRead() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "");
    assertThat(TextFile.readable(folder.resolve("./a"))).isEqualTo(file.toAbsolutePath());
    for (Path none : List.of(folder, folder.resolve("none"))) {
      assertThat(
              catchThrowableOfType(ProblemException.class, () -> TextFile.readable(none))
                  .first()
                  .slug())
          .isEqualTo("file-unreadable");
    }
  }

  private static String refusal(Path file) {
    return catchThrowableOfType(ProblemException.class, () -> TextFile.read(file)).first().why();
  }
}
