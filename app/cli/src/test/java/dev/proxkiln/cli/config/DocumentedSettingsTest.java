package dev.proxkiln.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.ui.Terminal;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every call in the pages about settings and secrets does what the page says: it works. */
class DocumentedSettingsTest {
  private static final Path DOCS = Path.of(System.getProperty("proxkiln.home")).resolve("docs");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```");

  @TempDir Path root;

  private static List<String> blocks(String page, String kind) throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(DOCS.resolve(page)));
    while (block.find()) {
      if (block.group(1).equals(kind)) {
        blocks.add(block.group(2));
      }
    }
    return blocks;
  }

  private static List<String> calls(String page) throws IOException {
    return blocks(page, "").stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith("proxkiln "))
        .map(line -> line.replaceFirst("\\s+#.*", ""))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"configuration.md", "secrets.md"})
  void everyCallWorks(String page) throws IOException {
    Files.writeString(root.resolve("token.txt"), "user@pam!x=1-2\n");
    InProcess program =
        new InProcess(root)
            .with("REGISTRY_TOKEN", "hunter2")
            .asking(
                () ->
                    Optional.of(
                        new Terminal.Line(
                            new BufferedReader(new StringReader("correct horse\n")),
                            new PrintStream(new ByteArrayOutputStream()))));
    List<String> calls = calls(page);
    assertThat(calls).hasSizeGreaterThan(8);
    for (String call : calls) {
      List<String> words = new ArrayList<>(List.of(call.split(" ")));
      words.removeFirst();
      if (call.contains("config import")) {
        words.add("--yes");
      }
      InProcess.Ended ended = program.run(words.toArray(String[]::new));
      assertThat(ended.code()).as(call + "\n" + ended.err()).isZero();
    }
  }

  @Test
  void everySettingsFileIsValid() throws IOException {
    List<String> files = blocks("configuration.md", "yaml");
    assertThat(files).isNotEmpty();
    for (String text : files) {
      Path file = root.resolve("proxkiln.yaml");
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
      Files.writeString(file, text);
      InProcess.Ended ended = new InProcess(root).run("config", "validate");
      assertThat(ended.code()).as(ended.err()).isZero();
    }
  }
}
