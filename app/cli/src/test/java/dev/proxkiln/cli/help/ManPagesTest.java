package dev.proxkiln.cli.help;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.cli.command.Command;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.port.Commands;
import dev.proxkiln.host.process.ProcessCommands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManPagesTest {
  @TempDir Path root;

  private List<String> names() {
    return new InProcess(root).run("man", "--list").out().lines().toList();
  }

  private Path page(String name) throws Exception {
    Path file = root.resolve(name + ".1");
    Files.writeString(file, new InProcess(root).run("man", name).out());
    return file;
  }

  private static Commands.Ended run(String... argv) {
    return new ProcessCommands()
        .run(Commands.Command.of(argv).with("MANWIDTH", "100").with("LC_ALL", "C.UTF-8"));
  }

  private static void needs(String program) {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin", program)) || "true".equals(System.getenv("CI")),
        program + " is not installed");
  }

  @Test
  void manAndMandocHaveNothingToSay() throws Exception {
    needs("man");
    needs("mandoc");
    for (String name : names()) {
      String file = page(name).toString();
      Commands.Ended man = run("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", file);
      assertThat(man.err()).as(name).isEmpty();
      assertThat(man.exit()).as(name).isZero();
      Commands.Ended lint = run("mandoc", "-T", "lint", "-W", "warning", file);
      assertThat(lint.out()).as(name).isEmpty();
    }
  }

  @Test
  void everySettingOfEveryCommandIsInItsPage() throws Exception {
    List<String> names = names();
    assertThat(names).contains("proxkiln", "proxkiln-template", "proxkiln-catalog");
    for (Command command : new InProcess(root).wiring().commands()) {
      if (command.hidden()) {
        continue;
      }
      String group = "proxkiln-" + command.name().split(" ")[0];
      String text = Files.readString(page(names.contains(group) ? group : "proxkiln"));
      assertThat(text).contains(command.name().replace("-", "\\-"));
      for (Field<?> field : command.schema(Facts.none()).fields()) {
        assertThat(text)
            .as(command.name() + " " + field.key())
            .contains(field.key().replace("-", "\\-"));
      }
    }
  }

  @Test
  void peopleReadWhatIsWritten() throws Exception {
    needs("mandoc");
    String text = run("mandoc", "-T", "ascii", page("proxkiln-template").toString()).out();
    String plain = text.replaceAll(".\b", "");
    assertThat(plain)
        .contains("proxkiln template create IMAGE ...")
        .contains("--memory SIZE")
        .contains("--[no-]");
  }

  @Test
  void whatNoGroupIsCalledHasNoPage() {
    assertThat(new InProcess(root).run("man", "templat").err()).contains("no command");
  }
}
