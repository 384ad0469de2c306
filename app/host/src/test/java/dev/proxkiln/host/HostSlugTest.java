package dev.proxkiln.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HostSlugTest {
  private static final Path PAGES = Path.of(System.getProperty("proxkiln.home"), "docs/problems");

  @ParameterizedTest
  @EnumSource(HostSlug.class)
  void everyProblemHasAPageThatSaysWhatToDo(HostSlug slug) throws IOException {
    assertThat(Files.readString(PAGES.resolve(slug.text() + ".md")))
        .startsWith("# " + slug.text() + "\n")
        .contains("**Usual causes**", "**What to do**");
  }
}
