package dev.proxkiln.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.testkit.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MigrationsTest {
  private static final Path GOLDENS = Path.of("src/test/resources/settings");

  /** Two steps as later releases may have them. */
  private static final Migrations LATER =
      new Migrations(
          List.of(
              Migrations.rename("memory", "ram"),
              settings ->
                  settings
                      .get(SettingKey.plain("color"))
                      .map(color -> settings.set(SettingKey.plain("theme"), color))
                      .orElse(settings)
                      .unset(SettingKey.plain("color"))));

  @Test
  void bringsAFileOfEveryVersionToTheLatestWithItsComments() throws IOException {
    for (int version = 1; version <= LATER.latest(); version++) {
      String before = Files.readString(GOLDENS.resolve("example-v" + version + ".yaml"));
      SettingsText after = LATER.forward("config.yaml", before);
      Golden.file(GOLDENS.resolve("example-v" + version + ".latest.yaml"), after.text());
      assertThat(LATER.forward("config.yaml", after.text()).text()).isEqualTo(after.text());
    }
  }

  /** One file for each version that was ever written; each must be read for good. */
  @Test
  void readsWhatEveryReleaseWrote() throws IOException {
    for (int version = 1; version <= Migrations.KNOWN.latest(); version++) {
      String before = Files.readString(GOLDENS.resolve("v" + version + ".yaml"));
      Golden.file(
          GOLDENS.resolve("v" + version + ".latest.yaml"),
          Migrations.KNOWN.forward("config.yaml", before).text());
    }
  }

  @Test
  void refusesAFileOfANewerRelease() {
    assertThatThrownBy(() -> Migrations.KNOWN.forward("config.yaml", "version: 7\n"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.first().slug()).isEqualTo("settings-too-new");
              assertThat(e.first().what()).contains("version 7");
            });
    assertThatThrownBy(() -> Migrations.KNOWN.forward("config.yaml", "\nversion: new\n"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.first().where()).isEqualTo("config.yaml, line 2"));
  }
}
