package dev.proxkiln.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.cli.vault.Passphrases;
import dev.proxkiln.cli.vault.VaultStore;
import dev.proxkiln.config.JacksonTreeText;
import dev.proxkiln.config.SettingKey;
import dev.proxkiln.config.vault.Argon2id;
import dev.proxkiln.host.file.AtomicFiles;
import dev.proxkiln.host.file.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Settings and secrets survive a process that is killed at any point of a write. */
@Timeout(300)
class CrashedWriteTest {
  @TempDir Path root;
  private Layout layout;

  /** The end of a process: nobody catches it, and nothing is cleaned up. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Files of a process that is killed at the n-th point of its writes. */
  private static final class Doomed {
    private int left;

    Doomed(int point) {
      left = point;
    }

    AtomicFiles files() {
      return new AtomicFiles(
          moment -> {
            left--;
            if (left < 0) {
              throw new Killed();
            }
          });
    }
  }

  @BeforeEach
  void layout() {
    layout = Layout.of(Map.of("PROXKILN_ROOT", root.toString()), false);
  }

  private VaultStore vault(AtomicFiles files) {
    Map<String, String> environment = Map.of("PROXKILN_VAULT_PASSPHRASE", "correct horse");
    return new VaultStore(
        layout,
        new JacksonTreeText(),
        files,
        new Passphrases(name -> Optional.ofNullable(environment.get(name))),
        random -> new Argon2id(8192, 1, 1, new byte[16]));
  }

  private VaultStore vault() {
    return vault(new AtomicFiles());
  }

  private static void set(VaultStore vault, String name, String text) {
    vault.change(open -> open.with(name, text, Instant.EPOCH));
  }

  /** Does something over and over, killed at each point in turn; the number of points. */
  private static int everywhere(Consumer<AtomicFiles> work, Consumer<Integer> check) {
    for (int point = 0; ; point++) {
      try {
        work.accept(new Doomed(point).files());
        check.accept(point);
        return point;
      } catch (Killed e) {
        check.accept(point);
      }
    }
  }

  @Test
  void settingsAreTheOldOrTheNewOnes() throws IOException {
    Path file = SettingsPlaces.user(layout);
    SettingsWriter safe = new SettingsWriter(layout, new AtomicFiles());
    SettingKey jobs = SettingKey.plain("jobs");
    safe.change(file, text -> text.set(jobs, 1L).set(SettingKey.plain("ui"), "line"));
    String old = Files.readString(file);
    int points =
        everywhere(
            files -> new SettingsWriter(layout, files).change(file, text -> text.set(jobs, 2L)),
            point -> {
              assertThat(SettingsWriter.text(file))
                  .as("killed at point " + point)
                  .isIn(old, old.replace("jobs: 1", "jobs: 2"));
              safe.change(file, text -> text.set(jobs, 1L));
              assertThat(file).hasContent(old);
            });
    assertThat(points).isGreaterThanOrEqualTo(5);
  }

  @Test
  void aVaultOpensAndHoldsTheOldOrTheNewSecrets() {
    set(vault(), "kept", "a");
    set(vault(), "changed", "old");
    List<Consumer<VaultStore>> works =
        List.of(
            vault -> set(vault, "changed", "new"),
            VaultStore::rotate,
            VaultStore::toKey,
            VaultStore::toPassphrase,
            VaultStore::rotate,
            VaultStore::toPassphrase,
            VaultStore::toKey);
    int points = 0;
    for (Consumer<VaultStore> work : works) {
      points +=
          everywhere(
              files -> work.accept(vault(files)),
              point -> {
                assertThat(vault().find("kept")).as("killed at point " + point).contains("a");
                assertThat(vault().find("changed").orElseThrow()).isIn("old", "new");
              });
      assertThat(vault().find("changed")).contains("new");
    }
    assertThat(points).isGreaterThan(40);
  }

  @Test
  void aFirstSecretIsThereOrNot() {
    everywhere(
        files -> set(vault(files), "x", "a"),
        point -> assertThat(vault().find("x").orElse("a")).isEqualTo("a"));
    assertThat(vault().find("x")).contains("a");
  }

  @Test
  void severalWritersLoseNothing() throws Exception {
    Path file = SettingsPlaces.user(layout);
    try (ExecutorService writers = Executors.newFixedThreadPool(4)) {
      List<Future<?>> ends = new ArrayList<>();
      for (int writer = 0; writer < 4; writer++) {
        String name = "w" + writer + "-";
        ends.add(
            writers.submit(
                () -> {
                  for (int i = 0; i < 5; i++) {
                    set(vault(), name + i, name);
                    SettingKey key = SettingKey.ofProfile(name + i, "target");
                    new SettingsWriter(layout, new AtomicFiles())
                        .change(file, text -> text.set(key, "sandbox"));
                  }
                }));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    }
    assertThat(vault().sealed()).hasSize(20);
    assertThat(SettingsPlaces.profiles(layout, root)).hasSize(20);
  }

  @Test
  void tellsAPassphraseThatIsTooShort() {
    Passphrases brief = new Passphrases(name -> Optional.of("short"));
    assertThatThrownBy(() -> brief.fresh(Passphrases.VAULT)).hasMessageContaining("8 characters");
  }
}
