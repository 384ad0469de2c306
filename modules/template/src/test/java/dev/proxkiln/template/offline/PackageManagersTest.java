package dev.proxkiln.template.offline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real package managers of other distributions, as Debian packages them, read the command lines
 * of the script that works inside an image. Each has a root of its own without any repository, so
 * it gets as far as saying that it does not find the package.
 */
class PackageManagersTest {

  @TempDir Path folder;

  /**
   * Calls functions of the guest's script.
   *
   * @param manager as the catalogue names it
   * @param settings options that keep the manager away from this machine
   */
  private String said(String manager, String settings, String calls) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/" + manager)), manager + " is not installed");
    Path root = Files.createDirectories(folder.resolve("root/db")).getParent();
    Path nothing = Files.writeString(folder.resolve("nothing"), "[options]\n");
    String script =
        OfflinePlan.resource("guest.sh")
            + manager
            + "() { command "
            + manager
            + " "
            + settings.replace("ROOT", root.toString()).replace("NOTHING", nothing.toString())
            + " \"$@\"; }\nmanager="
            + manager
            + "\n"
            + calls
            + "\n";
    Process process = new ProcessBuilder("sh", "-s").redirectErrorStream(true).start();
    process.getOutputStream().write(script.getBytes(UTF_8));
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(said).isNotZero();
    return said;
  }

  @Test
  void dnfReadsIt() throws Exception {
    assertThat(
            said(
                "dnf",
                "--installroot=ROOT --setopt=reposdir=ROOT/none --setopt=cachedir=ROOT/cache"
                    + " --releasever=9",
                "install_packages htop libstdc++"))
        .contains("no enabled repositories")
        .doesNotContain("usage:");
  }

  @Test
  void zypperReadsIt() throws Exception {
    String settings = "--root ROOT";
    assertThat(said("zypper", settings, "refreshed=yes\ninstall_packages htop libstdc++6"))
        .contains("No provider of 'htop' found.")
        .doesNotContain("is not known");
    assertThat(said("zypper", settings, "refresh")).contains("no enabled repositories");
  }

  @Test
  void pacmanReadsIt() throws Exception {
    assertThat(
            said(
                "pacman",
                "--root ROOT --dbpath ROOT/db --config NOTHING",
                "refreshed=yes\ninstall_packages htop gcc-libs"))
        .contains("no usable package repositories")
        .doesNotContain("unrecognized option");
  }

  @Test
  void aWrongWordWouldBeNoticed() throws Exception {
    for (List<String> wrong :
        List.of(
            List.of("dnf", "usage:"),
            List.of("zypper", "is not known"),
            List.of("pacman", "unrecognized option"))) {
      assertThat(said(wrong.getFirst(), "", wrong.getFirst() + " install --bogus -- htop"))
          .contains(wrong.getLast());
    }
  }
}
