package dev.proxkiln.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.config.JacksonTreeText;
import dev.proxkiln.core.module.Finding;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.sandbox.Sandbox;
import dev.proxkiln.sandbox.SandboxOptions;
import dev.proxkiln.sandbox.boot.BootMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code doctor} on the sandbox and without any node. */
class DoctorTest {
  @TempDir Path root;

  private InProcess program() {
    return new InProcess(root);
  }

  private static List<?> found(InProcess.Ended ended) {
    return Tree.list(
        new JacksonTreeText().read(ended.out().lines().findFirst().orElse("")), "found");
  }

  private static String state(List<?> found, String about) {
    return found.stream()
        .filter(row -> Tree.text(row, "about").equals(about))
        .map(row -> Tree.text(row, "state"))
        .findFirst()
        .orElse("none");
  }

  private Path secret() throws IOException {
    Path folder = Files.createDirectories(program().layout().config().resolve("secrets"));
    Path file = Files.writeString(folder.resolve("root-pw"), "canary");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    return file;
  }

  @Test
  void looksAtTheSandboxAndMendsWhatIsSafe() throws Exception {
    Path state = program().layout().state().resolve("sandbox");
    Files.createDirectories(state);
    Path file = secret();
    try (Sandbox sandbox =
        Sandbox.open(SandboxOptions.in(state).withBootMode(BootMode.SIMULATED))) {
      InProcess.Ended bad = program().run("doctor", "--target", "sandbox", "--json");
      List<?> found = found(bad);
      assertThat(bad.code()).as(bad.out() + bad.err()).isEqualTo(3);
      for (String about :
          List.of(
              "target",
              "release",
              "quorum",
              "time",
              "storages",
              "settings",
              "runs",
              "rights",
              "certificate pve-ssl.pem",
              "certificate pve-root-ca.pem",
              "installation")) {
        assertThat(state(found, about)).as(about).isEqualTo("ok");
      }
      assertThat(bad.out()).contains(sandbox.fingerprint());
      assertThat(state(found, "secret root-pw")).isEqualTo("bad");
      assertThat(bad.out()).doesNotContain("canary");

      InProcess.Ended shown = program().run("doctor", "--target", "sandbox", "--fix", "--dry-run");
      assertThat(shown.out()).contains("chmod 0600 -- " + file);
      assertThat(Files.getPosixFilePermissions(file)).hasSize(4);

      InProcess.Ended mended = program().run("doctor", "--target", "sandbox", "--fix", "--yes");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .as(mended.err())
          .isEqualTo("rw-------");
      List<?> after = found(program().run("doctor", "--target", "sandbox", "--json"));
      assertThat(state(after, "modes")).isEqualTo("ok");
    }
  }

  @Test
  void looksAtThisMachineThoughTheSettingsAreBrokenAndTheNodeIsAway() throws IOException {
    Files.createDirectories(program().layout().config());
    Files.writeString(
        program().layout().config().resolve("config.yaml"), "log-level: loud\nmemroy: 1G\n");
    InProcess.Ended away = program().run("doctor", "--target", "https://127.0.0.1:1", "--json");
    assertThat(away.code()).as(away.err()).isEqualTo(3);
    assertThat(away.out()).contains("'memory'", "loud");
    assertThat(state(found(away), "settings")).isEqualTo("bad");
    assertThat(state(found(away), "target")).isEqualTo("bad");
    assertThat(state(found(away), "machine")).isEqualTo("ok");
  }

  @Test
  void aLookThatHangsOrBreaksIsAFinding() {
    CountDownLatch never = new CountDownLatch(1);
    try (Looks looks = new Looks(Duration.ofMillis(50))) {
      looks.start(
          "stuck",
          () -> {
            try {
              never.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return List.of();
          });
      looks.start(
          "broken",
          () -> {
            throw new IllegalStateException("oh");
          });
      assertThat(looks.findings())
          .extracting(Finding::about, Finding::state)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("stuck", Finding.State.BAD),
              org.assertj.core.groups.Tuple.tuple("broken", Finding.State.BAD));
    }
  }
}
