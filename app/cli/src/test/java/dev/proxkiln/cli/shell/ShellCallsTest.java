package dev.proxkiln.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What pages of the shell call of the program itself. */
class ShellCallsTest {
  @TempDir Path root;

  private ShellCalls calls() {
    InProcess program = new InProcess(root);
    return new ShellCalls(program.outside(), program.wiring(), Globals.DEFAULTS);
  }

  private String value(String setting) {
    return calls().rows(List.of("config", "list")).stream()
        .filter(row -> Tree.text(row, "setting").equals(setting))
        .map(row -> Tree.text(row, "value"))
        .findFirst()
        .orElse("");
  }

  @Test
  void settingsAreListedChangedAndSetBack() {
    assertThat(value("jobs")).isEqualTo("4");
    calls().call(List.of("config", "set", "jobs", "--", "2"));
    assertThat(value("jobs")).isEqualTo("2");
    calls().call(List.of("config", "unset", "jobs"));
    assertThat(value("jobs")).isEqualTo("4");
  }

  @Test
  void whatIsWrongIsTold() {
    assertThatThrownBy(() -> calls().call(List.of("config", "set", "jobs", "--", "-many")))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("many");
  }

  @Test
  void findingsAreRowsWhateverTheyFind() {
    assertThat(calls().rows(List.of("doctor")))
        .extracting(row -> Tree.text(row, "about"))
        .contains("settings", "runs");
  }
}
