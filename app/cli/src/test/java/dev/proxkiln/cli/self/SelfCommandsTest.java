package dev.proxkiln.cli.self;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.cli.Rooms;
import dev.proxkiln.cli.call.Program;
import dev.proxkiln.cli.outside.Home;
import dev.proxkiln.cli.outside.Interrupts;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.run.RunFolder;
import dev.proxkiln.host.file.Layout;
import dev.proxkiln.ui.Look;
import dev.proxkiln.ui.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code self update}, {@code rollback} and {@code uninstall} say and refuse, and the notice
 * of a newer release. What they do is tested where it is done, and with real releases by the suite
 * of bootstrap.sh.
 */
class SelfCommandsTest {
  private static final String KEY = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";

  @TempDir Path root;
  private Path release;

  private record Ended(int code, String out, String err) {}

  /** A release in its place, whose settings and pages are those of this checkout. */
  @BeforeEach
  void install() throws IOException {
    release = Files.createDirectories(root.resolve("opt/proxkiln/releases/1.1.0"));
    Path home = Path.of(System.getProperty("proxkiln.home"));
    for (String part : List.of("templates", "docs")) {
      Files.createSymbolicLink(release.resolve(part), home.resolve(part));
    }
    Files.createSymbolicLink(root.resolve("opt/proxkiln/current"), Path.of("releases/1.1.0"));
    published("https://releases.example.org", KEY);
  }

  /** The test's folder is removed; what these lead to is not. */
  @AfterEach
  void unlink() throws IOException {
    Files.deleteIfExists(release.resolve("templates"));
    Files.deleteIfExists(release.resolve("docs"));
    Files.deleteIfExists(root.resolve("opt/proxkiln/current"));
  }

  private void published(String address, String key) throws IOException {
    Files.writeString(
        release.resolve("RELEASE.json"),
        """
        {"name": "proxkiln", "version": "1.1.0", "address": "%s", "keys": ["%s"]}
        """
            .formatted(address, key));
  }

  private Wiring wiring(Outside outside) {
    return Rooms.wiring(outside, layout(), new Home(release));
  }

  private Layout layout() {
    return Layout.of(environment(), false);
  }

  private Map<String, String> environment() {
    return Map.of("PROXKILN_ROOT", root.toString(), "HOME", root.toString());
  }

  private Outside outside(PrintStream out, PrintStream err) {
    Look plain = new Look(false, false, true, () -> 80);
    return new Outside(
        out,
        err,
        environment(),
        root,
        Terminal.NONE,
        color -> plain,
        color -> plain,
        new Interrupts(i -> {}));
  }

  private Ended run(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Outside outside =
        outside(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    int code = new Program(outside, wiring(outside)).run(List.of(words));
    return new Ended(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private UpdateNotice notice() {
    Outside outside = outside(System.out, System.err);
    return new UpdateNotice(outside, wiring(outside));
  }

  @Test
  void onlyAnInstallationIsChanged() {
    InProcess built = new InProcess(root);
    for (String words : List.of("update", "rollback", "uninstall")) {
      InProcess.Ended ended = built.run("self", words);
      assertThat(ended.code()).as(words).isEqualTo(3);
      assertThat(ended.err()).contains("not-installed");
    }
  }

  @Test
  void whatWasBuiltHereKnowsNoSource() throws IOException {
    published("", "");
    Files.writeString(release.resolve("RELEASE.json"), "{\"version\": \"1.1.0\"}\n");
    Ended ended = run("self", "update", "--update-url", "https://releases.example.org");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("release-source-missing");
  }

  @Test
  void printsThePlanInsteadOfCarryingItOut() throws IOException {
    Ended ended = run("self", "update", "1.2.0", "--dry-run");
    assertThat(ended.err() + ended.out())
        .contains("https://releases.example.org/v1.2.0/proxkiln-1.2.0-")
        .contains("check itself")
        .contains("point " + root.resolve("opt/proxkiln/current"));
    assertThat(ended.code()).isZero();
    assertThat(run("self", "update", "v1.2.0", "--dry-run", "--json").out())
        .contains("\"stage\": \"switch\"");
  }

  @Test
  void saysThatThereIsNothingToDo() {
    Ended ended = run("self", "update", "1.1.0", "--json");
    assertThat(ended.code()).isZero();
    assertThat(ended.out()).contains("\"updated\": false");
  }

  @Test
  void isBlockedByARunUnderWay() {
    Outside outside = outside(System.out, System.err);
    Plan plan = new Plan("template create", "nothing", "sandbox", "pve", List.of(), List.of());
    try (RunFolder run = wiring(outside).runs().create(plan)) {
      Ended ended = run("self", "update", "1.2.0", "--dry-run");
      assertThat(ended.code()).isEqualTo(6);
      assertThat(ended.err()).contains("run " + run.id()).contains("update-blocked");
      assertThat(run("self", "uninstall", "--yes").code()).isEqualTo(6);
    }
    assertThat(run("self", "update", "1.2.0", "--dry-run").code()).isZero();
  }

  @Test
  void letsTheReleaseThatBeganARunGoOnWithIt() throws IOException {
    Outside outside = outside(System.out, System.err);
    Plan plan =
        new Plan("template create", "nothing", "https://localhost:1", "pve", List.of(), List.of());
    String id;
    try (RunFolder run = wiring(outside).runs().create(plan)) {
      id = run.id();
    }
    assertThat(wiring(outside).runs().release(id)).contains("1.1.0");
    Path older = Files.createDirectories(root.resolve("opt/proxkiln/releases/1.0.0/bin"));
    Path heard = root.resolve("heard");
    Files.writeString(older.resolve("proxkiln"), "#!/bin/sh\necho \"$*\" >" + heard + "\nexit 9\n");
    Files.setPosixFilePermissions(
        older.resolve("proxkiln"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(wiring(outside).runs().folder(id).resolve("release"), "1.0.0\n");
    assertThat(run("resume", id, "--on-error", "keep", "--no-input").code()).isEqualTo(9);
    assertThat(Files.readString(heard))
        .startsWith("resume " + id + " ")
        .contains("--on-error keep", "--no-input");
    assertThat(run("undo", id).code()).isEqualTo(9);
    // Without it this release does what it can.
    Files.delete(older.resolve("proxkiln"));
    Files.delete(older);
    Files.delete(older.getParent());
    assertThat(run("resume", id, "--no-input").err()).contains("token-missing");
  }

  @Test
  void asksBeforeItRemovesItself() {
    Ended ended = run("self", "uninstall");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("consent-missing");
    assertThat(run("self", "uninstall", "--dry-run").out())
        .contains("would be removed: " + root.resolve("opt/proxkiln"))
        .doesNotContain("etc/proxkiln");
    assertThat(release).isDirectory();
  }

  @Test
  void hasNothingToGoBackToAtFirst() {
    assertThat(run("self", "rollback").err()).contains("no-earlier-release");
  }

  @Test
  void noticesWhatWasHeardAndNeverComplains() throws IOException {
    assertThat(notice().text()).isEmpty();
    Path heard = Files.createDirectories(layout().state()).resolve("update.json");
    String asked = Instant.now().toString();
    Files.writeString(heard, "{\"asked\": \"" + asked + "\", \"version\": \"1.2.0\"}");
    assertThat(notice().text())
        .isEqualTo(Optional.of("proxkiln 1.2.0 is there: proxkiln self update"));
    // What was heard just now is not asked again, and nobody asks where it is switched off.
    notice().refresh();
    assertThat(Files.readString(heard)).contains(asked);
    Files.writeString(heard, "{\"asked\": \"2020-01-01T00:00:00Z\", \"version\": \"1.1.0\"}");
    Files.createDirectories(layout().config());
    Files.writeString(layout().config().resolve("config.yaml"), "update-check: never\n");
    notice().refresh();
    assertThat(Files.readString(heard)).contains("2020-01-01");
    assertThat(notice().text()).isEmpty();
    Files.writeString(heard, "no JSON");
    assertThat(notice().text()).isEmpty();
    notice().refresh();
  }
}
