package dev.proxkiln.host.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayoutTest {
  @Test
  void givesRootTheSystemFolders() {
    Layout layout = Layout.of(Map.of("HOME", "/root", "XDG_STATE_HOME", "/x"), true);
    assertThat(layout)
        .isEqualTo(
            new Layout(
                Path.of("/etc/proxkiln"),
                Path.of("/var/lib/proxkiln"),
                Path.of("/var/lib/proxkiln/cache"),
                Path.of("/var/log/proxkiln"),
                Path.of("/run/proxkiln")));
    assertThat(layout.runs()).isEqualTo(Path.of("/var/lib/proxkiln/runs"));
    assertThat(layout.images()).isEqualTo(Path.of("/var/lib/proxkiln/cache/images"));
    assertThat(layout.scratch()).isEqualTo(Path.of("/var/lib/proxkiln/cache/scratch"));
    assertThat(layout.keys()).isEqualTo(Path.of("/etc/proxkiln/keys"));
  }

  @Test
  void movesEveryPathUnderTheGivenRootForAnyUser() {
    Map<String, String> environment =
        Map.of("PROXKILN_ROOT", "/tmp/a/../here", "XDG_CACHE_HOME", "/x", "HOME", "/home/u");
    Layout layout = Layout.of(environment, false);
    assertThat(layout).isEqualTo(Layout.of(environment, true));
    assertThat(layout.config()).isEqualTo(Path.of("/tmp/here/etc/proxkiln"));
    assertThat(layout.state()).isEqualTo(Path.of("/tmp/here/var/lib/proxkiln"));
    assertThat(layout.cache()).isEqualTo(Path.of("/tmp/here/var/lib/proxkiln/cache"));
    assertThat(layout.logs()).isEqualTo(Path.of("/tmp/here/var/log/proxkiln"));
    assertThat(layout.run()).isEqualTo(Path.of("/tmp/here/run/proxkiln"));
  }

  @Test
  void takesAnEmptyRootForNone() {
    assertThat(Layout.of(Map.of("PROXKILN_ROOT", ""), true)).isEqualTo(Layout.of(Map.of(), true));
  }

  @Test
  void givesOtherUsersXdgFolders() {
    Layout layout =
        Layout.of(
            Map.of(
                "HOME", "/home/u",
                "XDG_CONFIG_HOME", "/c",
                "XDG_CACHE_HOME", "relative",
                "XDG_RUNTIME_DIR", "/run/user/1000"),
            false);
    assertThat(layout)
        .isEqualTo(
            new Layout(
                Path.of("/c/proxkiln"),
                Path.of("/home/u/.local/state/proxkiln"),
                Path.of("/home/u/.cache/proxkiln"),
                Path.of("/home/u/.local/state/proxkiln/log"),
                Path.of("/run/user/1000/proxkiln")));
  }
}
