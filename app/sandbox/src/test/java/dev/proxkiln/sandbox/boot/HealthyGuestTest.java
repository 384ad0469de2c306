package dev.proxkiln.sandbox.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HealthyGuestTest {
  private static final GuestModel GUEST =
      new GuestModel(
          101,
          "web",
          "admin",
          "0123456789abcdef0123456789abcdef",
          5L << 30,
          List.of(List.of("10.0.2.20/24", "fd00::5/64")),
          List.of("bc:24:11:00:00:01"),
          List.of("ssh-ed25519 AAAA me"),
          true,
          false,
          Instant.EPOCH);

  private static String run(String... command) {
    return SimulatedGuest.healthy().run(GUEST, List.of(command), "").out();
  }

  @Test
  void answersSingleCommands() {
    assertThat(run("hostname")).isEqualTo("web\n");
    assertThat(run("cat", "/etc/machine-id")).isEqualTo(GUEST.machineId() + "\n");
    assertThat(run("cloud-init", "status", "--wait")).isEqualTo("status: done\n");
  }

  @Test
  void answersTheFindingsOfAScriptAndNothingElse() {
    String script =
        """
        state=$(cloud-init status | sed -n 's/^status: *//p')
        echo "cloud-init=$state"
        for file in /home/*; do grep x "$file"; done
        echo "user=$user"; echo "key=$key"
        hostname
        echo "address=$(ip -o addr)"
        echo "machine-id=$(cat /etc/machine-id)"
        echo "kernel=$(uname -r)"
        """;
    assertThat(run("/bin/sh", "-c", script))
        .isEqualTo(
            """
            cloud-init=done
            user=admin
            key=yes
            web
            address=10.0.2.20 fd00::5
            machine-id=0123456789abcdef0123456789abcdef
            kernel=
            """);
  }
}
