package dev.proxkiln.host.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineSettingsTest {
  @TempDir Path root;

  private MachineSettings settings(Map<String, String> environment, String apt) {
    Commands commands = (command, line) -> new Commands.Ended(0, apt, "");
    return new MachineSettings(commands, environment, root);
  }

  private static Problem refused(ThrowingCallable call) {
    return catchThrowableOfType(ProblemException.class, call).first();
  }

  @Test
  void findsTheProxyInTheEnvironmentAndElseInTheCluster() throws IOException {
    assertThat(settings(Map.of("https_proxy", "http://192.0.2.1:3128/"), "").proxy())
        .isEqualTo("http://192.0.2.1:3128");
    MachineSettings none = settings(Map.of(), "");
    assertThat(refused(none::proxy).slug()).isEqualTo("nothing-to-inherit");
    Files.createDirectories(root.resolve("etc/pve"));
    Files.writeString(
        root.resolve("etc/pve/datacenter.cfg"), "keyboard: de\nhttp_proxy: http://192.0.2.9:80\n");
    assertThat(none.proxy()).isEqualTo("http://192.0.2.9:80");
  }

  @Test
  void takesNoAddressThatIsOfNoUseOrASecretInAGuest() {
    assertThat(refused(settings(Map.of("http_proxy", "http://127.0.0.1:3128"), "")::proxy).why())
        .contains("the guest itself");
    Problem problem =
        refused(settings(Map.of("http_proxy", "http://me:hunter2@192.0.2.1:1"), "")::proxy);
    assertThat(problem.why()).contains("holds a password").doesNotContain("hunter2");
  }

  @Test
  void findsTheCacheInTheConfigurationOfApt() {
    String dump =
        "Acquire::https::Proxy \"http://192.0.2.3:1\";\n"
            + "Acquire::http::Proxy \"http://192.0.2.2:3142\";\n";
    assertThat(settings(Map.of(), dump).aptCache()).isEqualTo("http://192.0.2.2:3142");
    assertThat(refused(settings(Map.of(), "Acquire::http::Proxy \"DIRECT\";\n")::aptCache).slug())
        .isEqualTo("nothing-to-inherit");
  }

  @Test
  void findsTheCertificatesThatTheAdministratorAdded() throws IOException {
    Path folder = Files.createDirectories(root.resolve("usr/local/share/ca-certificates/company"));
    Files.writeString(
        folder.resolve("a.crt"), "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n");
    Files.writeString(folder.resolve("b.crt"), "not one");
    MachineSettings settings = settings(Map.of(), "");
    assertThat(settings.certificates()).contains("MII").doesNotContain("not one");
    Files.delete(folder.resolve("a.crt"));
    assertThat(refused(settings::certificates).slug()).isEqualTo("nothing-to-inherit");
  }
}
