package dev.proxkiln.pve.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PveSlugTest {

  @ParameterizedTest
  @EnumSource(PveSlug.class)
  void hasAPageThatExplainsIt(PveSlug slug) {
    Path page =
        Path.of(System.getProperty("proxkiln.home"), "docs", "problems", slug.text() + ".md");
    assertThat(page).content().startsWith("# " + slug.text() + "\n").contains("**What to do**: ");
  }
}
