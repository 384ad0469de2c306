package dev.proxkiln.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.cli.call.FormReader;
import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.ui.form.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that are kept as defaults leave the rest of a settings file as it was written. */
class MyDefaultsTest {
  @TempDir Path root;

  private static Form form(Wiring wiring) {
    Command create =
        wiring.commands().stream()
            .filter(command -> command.name().equals("template create"))
            .findFirst()
            .orElseThrow();
    return Form.of(
        new FormReader(create, Facts.none(), wiring.sources(), wiring::kept), Values.none());
  }

  @Test
  void commentsAndOtherSettingsStay() throws IOException {
    Wiring wiring = new InProcess(root).wiring();
    Path file = root.resolve("config.yaml");
    Files.writeString(
        file,
        """
        # Everything of mine.
        target: sandbox  # for now

        # What templates have.
        template create:
          # Enough for all.
          memory: 4G
          cores: 2
        jobs: 2
        """);
    Form form = form(wiring).with("image", "debian-13").with("memory", "8G").with("tags", "a b");
    MyDefaults.keep(wiring, file, form.with("name", "mine"));
    assertThat(file)
        .content()
        .contains("# Everything of mine.\ntarget: sandbox  # for now\n")
        .contains("# What templates have.\ntemplate create:\n  # Enough for all.\n  memory: 8G\n")
        .contains("jobs: 2")
        .contains("tags:")
        .doesNotContain("cores")
        .doesNotContain("debian-13")
        .doesNotContain("mine\n  ");
  }

  @Test
  void aNewFileIsMade() {
    Wiring wiring = new InProcess(root).wiring();
    Path file = root.resolve("new/config.yaml");
    MyDefaults.keep(wiring, file, form(wiring).with("memory", "8G"));
    assertThat(file).content().contains("template create:\n  memory: 8G\n");
  }
}
