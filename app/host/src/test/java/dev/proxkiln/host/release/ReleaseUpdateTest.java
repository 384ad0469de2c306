package dev.proxkiln.host.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.fetch.Patience;
import dev.proxkiln.host.fetch.WebFiles;
import dev.proxkiln.host.file.Layout;
import dev.proxkiln.host.process.FlockHolder;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.testkit.Fault;
import dev.proxkiln.testkit.FaultServer;
import dev.proxkiln.testkit.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReleaseUpdateTest {
  private static final String FINE = "exit 0";

  @TempDir Path root;
  private Releases releases;
  private Installation installation;
  private final List<String> busy = new ArrayList<>();
  private final List<String> needed = new ArrayList<>();
  private final List<String> said = new ArrayList<>();

  /** The process is gone. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  @BeforeEach
  void install() throws IOException {
    releases = new Releases(root);
    releases.install("1.0.0");
    installation = releases.installation();
  }

  private Stage.Watch watch(Stage... deadly) {
    return new Stage.Watch() {
      @Override
      public void began(Stage.Planned planned) {
        said.add(planned.stage().word());
        if (List.of(deadly).contains(planned.stage())) {
          throw new Killed();
        }
      }

      @Override
      public void progress(long done, long total) {
        // Tested by what comes.
      }

      @Override
      public void note(String text) {
        said.add(text);
      }
    };
  }

  private ReleaseUpdate update() {
    ProcessCommands commands = new ProcessCommands();
    return new ReleaseUpdate(
        installation,
        new ConfigBackup(root.resolve("etc/proxkiln"), root.resolve("var/lib/proxkiln/backup")),
        new ReleaseCheck(commands, Map.of("PROXKILN_ROOT", root.toString())),
        commands,
        new ReleaseUpdate.Uses() {
          @Override
          public List<String> busy() {
            return busy;
          }

          @Override
          public List<String> needed() {
            return needed;
          }
        });
  }

  private ReleaseUpdate.Wish wish(String version, boolean downgrade) {
    return new ReleaseUpdate.Wish(
        new FolderReleases(releases.site.resolve("v" + version)),
        new ReleaseVersion(version),
        releases.keys(),
        downgrade);
  }

  private ReleaseUpdate.Outcome to(String version) {
    return update().update(wish(version, false), watch());
  }

  private String slugOf(Runnable work) {
    try {
      work.run();
      throw new AssertionError("it worked");
    } catch (ProblemException e) {
      return String.join(" ", e.problems().stream().map(Problem::slug).toList());
    }
  }

  private List<String> installed() throws IOException {
    try (Stream<Path> all = Files.list(installation.folder().resolve("releases"))) {
      return all.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  /** Everything of the installation and the configuration that must not change. */
  private String world() throws IOException {
    StringBuilder out = new StringBuilder();
    for (String part : List.of("opt", "etc", "usr", "var")) {
      if (Files.exists(root.resolve(part))) {
        try (Stream<Path> all = Files.walk(root.resolve(part))) {
          for (Path path : all.sorted().toList()) {
            if (path.endsWith(".lock") || path.endsWith("opt/proxkiln")) {
              continue;
            }
            out.append(path).append(' ');
            if (Files.isSymbolicLink(path)) {
              out.append(Files.readSymbolicLink(path));
            } else if (Files.isRegularFile(path)) {
              out.append(Files.readString(path).hashCode());
            }
            out.append('\n');
          }
        }
      }
    }
    return out.toString();
  }

  @Test
  void updatesAndGoesBack() throws IOException {
    releases.publish("1.1.0", FINE);
    ReleaseUpdate.Outcome outcome = to("1.1.0");

    assertThat(outcome.version()).hasToString("1.1.0");
    assertThat(outcome.before()).hasToString("1.0.0");
    assertThat(installation.version()).hasToString("1.1.0");
    assertThat(Files.readSymbolicLink(installation.current())).hasToString("releases/1.1.0");
    assertThat(said)
        .containsExactly("get", "unpack", "check", "backup", "switch", "prove", "finish");
    assertThat(installation.staging()).doesNotExist();
    assertThat(installation.current().resolve("lib/full.aot")).exists();
    assertThat(Files.readString(root.resolve("usr/local/share/man/man1/proxkiln.1")))
        .isEqualTo("1.1.0");
    assertThat(Files.readString(outcome.backup().resolve("config.yaml"))).isEqualTo("ui: line\n");

    assertThat(update().back(false, watch()).version()).hasToString("1.0.0");
    assertThat(installation.version()).hasToString("1.0.0");
    assertThat(installed()).containsExactly("1.0.0", "1.1.0");
    // And forth again.
    assertThat(update().back(false, watch()).version()).hasToString("1.1.0");
  }

  @Test
  void keepsTheReleaseBeforeAndThoseThatRunsNeed() throws IOException {
    for (String version : List.of("1.1.0", "1.2.0", "1.3.0")) {
      releases.publish(version, FINE);
      to(version);
      needed.clear();
      needed.add("1.1.0");
    }
    assertThat(installed()).containsExactly("1.1.0", "1.2.0", "1.3.0");
    assertThat(slugOf(() -> update().update(wish("1.2.0", false), watch())))
        .isEqualTo("release-older");
    update().update(wish("1.2.0", true), watch());
    assertThat(installation.version()).hasToString("1.2.0");
  }

  @Test
  void refusesAReleaseThatDoesNotRunHere() throws IOException {
    releases.publish("1.1.0", "echo 'no such processor' >&2; exit 1");
    String before = world();
    assertThatThrownBy(() -> to("1.1.0"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.first().slug()).isEqualTo("release-unfit");
              assertThat(e.first().why()).contains("no such processor");
            });
    assertThat(world()).isEqualTo(before);
  }

  @Test
  void returnsByItselfFromAReleaseThatFailsInItsPlace() throws IOException {
    releases.publish("1.1.0", FINE);
    to("1.1.0");
    Path config = root.resolve("etc/proxkiln/config.yaml");
    // A release that spoils the configuration as well, as a bad migration would.
    releases.publish(
        "1.2.0",
        "[ $beside = 1 ] || { echo spoilt >\"$PROXKILN_ROOT/etc/proxkiln/config.yaml\"; exit 1; }");
    assertThat(slugOf(() -> to("1.2.0"))).isEqualTo("release-unfit");
    assertThat(installation.version()).hasToString("1.1.0");
    assertThat(installation.before()).contains(installation.folder().resolve("releases/1.0.0"));
    assertThat(installed()).containsExactly("1.0.0", "1.1.0");
    assertThat(Files.readString(config)).isEqualTo("ui: line\n");
  }

  @Test
  void leavesNothingBehindOfAFirstUpdateThatFailsInItsPlace() throws IOException {
    releases.publish("1.1.0", "[ $beside = 1 ]");
    assertThat(slugOf(() -> to("1.1.0"))).isEqualTo("release-unfit");
    assertThat(installation.version()).hasToString("1.0.0");
    assertThat(installation.folder().resolve("previous")).doesNotExist();
    assertThat(slugOf(() -> update().back(false, watch()))).isEqualTo("no-earlier-release");
  }

  @ParameterizedTest
  @EnumSource(Stage.class)
  void leavesAWorkingReleaseWhereverItIsKilled(Stage stage) throws IOException {
    releases.publish("1.1.0", FINE);
    assertThatThrownBy(() -> update().update(wish("1.1.0", false), watch(stage)))
        .isInstanceOf(Killed.class);
    boolean switched = stage == Stage.PROVE || stage == Stage.FINISH;
    assertThat(installation.version()).hasToString(switched ? "1.1.0" : "1.0.0");
    // The next one works, whatever the last one left.
    releases.publish("1.2.0", FINE);
    to("1.2.0");
    assertThat(installation.version()).hasToString("1.2.0");
    assertThat(installed()).containsExactly(switched ? "1.1.0" : "1.0.0", "1.2.0");
  }

  @Test
  void isBlockedByARunAndByAnotherInstallation() throws IOException {
    releases.publish("1.1.0", FINE);
    String before = world();
    busy.add("run rabc12");
    assertThat(slugOf(() -> to("1.1.0"))).isEqualTo("update-blocked");
    busy.clear();
    try (FlockHolder other =
        FlockHolder.tryTake(installation.folder().resolve(".lock")).orElseThrow()) {
      assertThat(slugOf(() -> to("1.1.0"))).isEqualTo("lock-held");
    }
    assertThat(world()).isEqualTo(before);
    to("1.1.0");
  }

  @Test
  void tellsEverythingThatIsInTheWay() throws IOException {
    releases.publish("0.9.0", FINE);
    busy.add("run rabc12");
    assertThat(slugOf(() -> to("0.9.0"))).isEqualTo("update-blocked release-older");
  }

  @Test
  void refusesWhatWasNotSigned() throws IOException {
    Path folder = releases.publish("1.1.0", FINE);
    Path archive = folder.resolve("proxkiln-1.1.0-" + ReleaseArchive.here() + ".tar.zst");
    String before = world();
    byte[] good = Files.readAllBytes(archive);
    byte[] bad = good.clone();
    bad[bad.length / 2] ^= 1;
    Files.write(archive, bad);
    assertThat(slugOf(() -> to("1.1.0"))).isEqualTo("checksum-mismatch");
    Files.write(archive, good);

    Path signature = folder.resolve("SHA256SUMS.sig");
    byte[] signed = Files.readAllBytes(signature);
    Files.write(
        signature,
        Releases.sign(
            Releases.pair().getPrivate(), Files.readString(folder.resolve("SHA256SUMS"))));
    assertThat(slugOf(() -> to("1.1.0"))).isEqualTo("signature-invalid");
    Files.write(signature, signed);
    Files.writeString(folder.resolve("SHA256SUMS"), "\n", StandardOpenOption.APPEND);
    assertThat(slugOf(() -> to("1.1.0"))).isEqualTo("signature-invalid");
    assertThat(world()).isEqualTo(before);
  }

  @Test
  void refusesAnotherReleaseInThePlaceOfTheOneThatWasAskedFor() throws IOException {
    Path folder = releases.publish("1.1.0", FINE);
    Files.createDirectories(releases.site.resolve("v1.2.0"));
    for (String name : List.of("SHA256SUMS", "SHA256SUMS.sig")) {
      Files.copy(folder.resolve(name), releases.site.resolve("v1.2.0").resolve(name));
    }
    assertThat(slugOf(() -> to("1.2.0"))).isEqualTo("release-invalid");
  }

  @Test
  void goesBackWithTheConfigurationOfThatRelease() throws IOException {
    Path config = root.resolve("etc/proxkiln/config.yaml");
    releases.publish("1.1.0", FINE);
    to("1.1.0");
    Files.writeString(config, "ui: screen\n");
    update().back(true, watch());
    assertThat(Files.readString(config)).isEqualTo("ui: line\n");
  }

  @Test
  void hasNothingToGoBackToAtFirst() {
    assertThat(slugOf(() -> update().back(false, watch()))).isEqualTo("no-earlier-release");
  }

  @Test
  void fetchesOverTlsAndGoesOnWhereTheLineBreaks() throws IOException {
    releases.publish("1.1.0", FINE);
    releases.channel("stable", "channel stable\nversion 1.1.0\nreleased 2026-01-01T00:00:00Z\n");
    releases.channel("beta", "channel stable\nversion 1.1.0\n");
    TestCertificate certificate = TestCertificate.in(root);
    try (FaultServer server = FaultServer.https(certificate)) {
      try (Stream<Path> files = Files.walk(releases.site)) {
        files
            .filter(Files::isRegularFile)
            .forEach(file -> server.serve("/" + releases.site.relativize(file), file));
      }
      String name = "/v1.1.0/proxkiln-1.1.0-" + ReleaseArchive.here() + ".tar.zst";
      server.spoil(name, new Fault.CutAt(200, 1));
      Patience hasty =
          new Patience(
              Duration.ofSeconds(20),
              Duration.ofSeconds(60),
              4,
              Duration.ofMillis(1),
              Duration.ofMillis(2),
              Duration.ofSeconds(1));
      WebReleases source =
          new WebReleases(
              server.url("/"),
              new WebFiles(Map.of("SSL_CERT_FILE", certificate.pem().toString()), hasty));
      Channel channel = Channel.read(source, "stable", releases.keys());
      assertThat(channel.version()).hasToString("1.1.0");
      assertThat(slugOf(() -> Channel.read(source, "beta", releases.keys())))
          .isEqualTo("release-invalid");
      assertThat(slugOf(() -> Channel.read(source, "dev", releases.keys())))
          .isEqualTo("download-not-found");
      update()
          .update(
              new ReleaseUpdate.Wish(source, channel.version(), releases.keys(), false), watch());
      assertThat(server.requests(name)).hasSize(2);
    }
    assertThat(installation.version()).hasToString("1.1.0");
  }

  @Test
  void removesWhatItPutHereAndKeepsTheRestUnlessToldOtherwise() throws IOException {
    releases.publish("1.1.0", FINE);
    to("1.1.0");
    Layout layout = Layout.of(Map.of("PROXKILN_ROOT", root.toString()), false);
    Uninstall uninstall = new Uninstall(installation, layout, new ProcessCommands());
    List<Path> gone = new ArrayList<>();
    uninstall.run(false, gone::add);
    assertThat(gone).contains(installation.folder(), installation.command());
    assertThat(installation.folder()).doesNotExist();
    assertThat(root.resolve("usr/local/share/man/man1/proxkiln.1").toFile()).doesNotExist();
    assertThat(root.resolve("etc/proxkiln/config.yaml")).exists();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.4.0 1.4.1",
        "1.4.9 1.4.10",
        "1.4.0-rc.1 1.4.0",
        "1.4.0-rc.2 1.4.0-rc.10",
        "1.4.0-alpha 1.4.0-beta",
        "0.1.0-SNAPSHOT 0.1.0",
        "1.9.0 2.0.0-rc.1"
      })
  void ordersVersions(String pair) {
    ReleaseVersion older = new ReleaseVersion(pair.split(" ")[0]);
    ReleaseVersion newer = new ReleaseVersion(pair.split(" ")[1]);
    assertThat(older).isLessThan(newer);
    assertThat(newer).isGreaterThan(older);
    assertThat(older).isEqualByComparingTo(older);
  }
}
