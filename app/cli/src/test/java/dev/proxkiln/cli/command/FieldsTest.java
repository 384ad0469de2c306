package dev.proxkiln.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.cli.help.CompletionScript;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Field;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every setting of every command must have. */
class FieldsTest {
  @TempDir java.nio.file.Path root;

  private List<Command> commands() {
    List<Command> commands = new InProcess(root).wiring().commands();
    assertThat(commands).extracting(Command::name).contains("catalog list");
    return commands;
  }

  @Test
  void everySettingHasALabelAndASentenceOfHelp() {
    for (Command command : commands()) {
      assertThat(command.summary()).as(command.name()).matches("[A-Z].*\\.");
      for (Field<?> field : command.schema(Facts.none()).fields()) {
        String where = command.name() + " --" + field.key();
        assertThat(field.key()).as(where).matches("[a-z][a-z0-9]*(?:-[a-z0-9]+)*");
        assertThat(field.label()).as(where).matches("[A-Z].*[^.]");
        assertThat(field.help()).as(where).matches("(?s)[A-Z0-9].*\\.");
        assertThat(field.type().name()).as(where).matches("[A-Z][A-Z0-9|]*");
      }
    }
  }

  @Test
  void noSettingTakesTheNameOrVariableOfSomethingElse() {
    Set<String> taken = new HashSet<>(Globals.OTHER_VARIABLES);
    KnownSettings.GENERAL
        .fields()
        .forEach(field -> assertThat(taken.add(field.variable())).isTrue());
    for (String name :
        List.of("file", "dry-run", "yes", "no-input", "verbose", "quiet", "help", "format")) {
      taken.add(Field.variable(name));
    }
    for (Command command : commands()) {
      for (Field<?> field : command.schema(Facts.none()).fields()) {
        assertThat(taken).as(command.name()).doesNotContain(field.variable());
        assertThat(field.variable()).as(command.name()).doesNotStartWith("PROXKILN_SECRET_");
        assertThat(field.key()).as("negation of a flag").doesNotStartWith("no-");
      }
    }
  }

  @Test
  void positionsOfWordsHaveNoGaps() {
    for (Command command : commands()) {
      List<Integer> positions =
          command.schema(Facts.none()).fields().stream()
              .map(Field::position)
              .filter(position -> position > 0)
              .sorted()
              .toList();
      for (int i = 0; i < positions.size(); i++) {
        assertThat(positions.get(i)).as(command.name()).isEqualTo(i + 1);
      }
    }
  }

  @Test
  void namesOfCommandsAreUnique() {
    Map<String, Command> seen = new TreeMap<>();
    for (Command command : commands()) {
      assertThat(seen.put(command.name(), command)).as(command.name()).isNull();
      assertThat(command.name()).matches("[a-z]+(?:-[a-z]+)?(?: [a-z]+)?").doesNotStartWith("plan");
    }
  }

  @Test
  void everyCommandHasHelpAndTheCompletionKnowsIt() {
    String completion = new CompletionScript(new Grammar(commands())).of("bash");
    for (Command command : commands()) {
      assertThat(Flags.help(command, false, false, 80))
          .contains(command.summary().split(" ")[0] + " ");
      if (!command.hidden()) {
        String last = command.name().substring(command.name().lastIndexOf(' ') + 1);
        assertThat(completion).contains(last);
      }
    }
  }
}
