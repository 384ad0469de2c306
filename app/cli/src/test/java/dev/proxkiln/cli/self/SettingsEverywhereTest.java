package dev.proxkiln.cli.self;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.KnownSettings;
import dev.proxkiln.cli.config.SettingsReport;
import dev.proxkiln.cli.queue.Wishes;
import dev.proxkiln.cli.run.Wish;
import dev.proxkiln.cli.settings.SettingsPlaces;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Definition;
import dev.proxkiln.core.spec.Checked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that are of no command, or of another one, are nowhere called unknown. */
class SettingsEverywhereTest {
  @TempDir Path root;
  private InProcess program;
  private Wiring wiring;

  @BeforeEach
  void settings() throws IOException {
    program = new InProcess(root);
    wiring = program.wiring();
    Path file = SettingsPlaces.user(wiring.layout());
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        """
        modules-off: docker
        update-channel: beta
        update-check: weekly
        log-level: debug
        memory: 3G
        template create:
          cores: 3
        profiles:
          lab:
            jobs: 2
            modules-off: docker
            update-check: never
        """);
  }

  @Test
  void inTheSettingsOfEveryCommand() {
    for (Command command : wiring.commands()) {
      Checked<Values> read =
          wiring.layers().read(wiring.request(command.specFor(), command.schema(Facts.none())));
      assertThat(read).as(command.name()).isInstanceOf(Checked.Valid.class);
    }
  }

  @Test
  void inTheQueue() throws IOException {
    Path wish =
        Files.writeString(
            root.resolve("wish.yaml"), "command: template create\nimage: debian-13\n");
    List<Wish> wishes = Wishes.read(wiring, List.of(wish.toString()));
    assertThat(wishes).hasSize(1);
    assertThat(wishes.getFirst().values().find("cores").orElseThrow().raw()).isEqualTo("3");
    assertThat(wishes.getFirst().values().find("modules-off")).isEmpty();
  }

  @Test
  void inDefinitions() {
    wiring.definitions().store("web", "command: template create\nimage: debian-13\n");
    List<Definition> all =
        wiring.definitions().all(new Wishes(wiring).action("template create").orElseThrow());
    assertThat(all).hasSize(1);
    assertThat(all.getFirst().values()).isInstanceOf(Checked.Valid.class);
  }

  @Test
  void inTheUpdateNotice() {
    UpdateNotice notice = new UpdateNotice(program.outside(), wiring);
    assertThat(notice.settings().get(UpdateSettings.CHECK)).isEqualTo("weekly");
    assertThat(notice.settings().get(UpdateSettings.CHANNEL)).isEqualTo("beta");
  }

  @Test
  void inTheReportOfTheDoctor() {
    SettingsReport report =
        new SettingsReport(program.outside(), wiring, new KnownSettings(wiring.commands()));
    assertThat(report.problems(SettingsPlaces.all(wiring.layout(), root)))
        .allSatisfy((file, problems) -> assertThat(problems).isEmpty());
  }
}
