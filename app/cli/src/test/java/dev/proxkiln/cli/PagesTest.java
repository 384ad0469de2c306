package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.proxkiln.core.problem.Slug;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every problem has a page, and every page has a problem. */
class PagesTest {
  private static final Path PAGES =
      Path.of(System.getProperty("proxkiln.home")).resolve("docs/problems");

  private static Set<String> slugs() {
    Set<String> slugs = new TreeSet<>();
    for (JavaClass one :
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.proxkiln")) {
      if (one.isEnum() && one.isAssignableTo(Slug.class)) {
        for (Object constant : one.reflect().getEnumConstants()) {
          assertThat(slugs.add(((Slug) constant).text())).as("twice: " + constant).isTrue();
        }
      }
    }
    return slugs;
  }

  private static Set<String> pages() throws IOException {
    try (Stream<Path> files = Files.list(PAGES)) {
      return new TreeSet<>(
          files.map(file -> file.getFileName().toString().replaceFirst("\\.md$", "")).toList());
    }
  }

  @Test
  void everyProblemHasAPageAndEveryPageAProblem() throws IOException {
    assertThat(slugs()).hasSizeGreaterThan(50);
    assertThat(pages()).isEqualTo(slugs());
  }

  @Test
  void everyPageIsNamedAfterItsProblemAndSaysWhatToDo() throws IOException {
    for (String page : pages()) {
      String text = Files.readString(PAGES.resolve(page + ".md"));
      assertThat(text).startsWith("# " + page + "\n").contains("**What to do**");
    }
  }
}
