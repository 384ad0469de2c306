package dev.proxkiln.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.host.file.Layout;
import dev.proxkiln.sandbox.Sandbox;
import dev.proxkiln.sandbox.SandboxOptions;
import dev.proxkiln.sandbox.boot.BootMode;
import dev.proxkiln.testkit.TestEnvironment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plug-in as its author makes it, by the very commands of the documentation. */
@Tag("installed")
class InstalledPluginTest {
  @TempDir Path root;
  private Installed proxkiln;
  private Path project;

  @BeforeEach
  void copyTheExample() throws IOException {
    proxkiln = new Installed(root);
    project = root.resolve("project");
    copy(proxkiln.home().resolve("docs/plugin-example"), project);
    // What would else be typed behind 'mvn'; the plug-ins of Maven are those of this build.
    Path settings = Files.createDirectories(project.resolve(".mvn")).resolve("maven.config");
    Files.write(
        settings,
        List.of(
            "-B",
            "-q",
            "-Dproxkiln.home=" + proxkiln.home(),
            "-Dmaven.repo.local=" + repository()));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  /** A local repository that has everything but proxkiln. */
  private static Path repository() throws IOException {
    Path repository = Path.of("target/m2").toAbsolutePath();
    Path known = Path.of(System.getProperty("localRepository"));
    for (String folder : List.of("", "dev")) {
      Path into = Files.createDirectories(repository.resolve(folder));
      try (Stream<Path> entries = Files.list(known.resolve(folder))) {
        for (Path entry : entries.filter(Files::isDirectory).toList()) {
          Path link = into.resolve(entry.getFileName());
          if (!Files.exists(link) && !link.endsWith("dev") && !link.endsWith("proxkiln")) {
            Files.createSymbolicLink(link, entry);
          }
        }
      }
    }
    Path proxkiln = repository.resolve("dev/proxkiln");
    if (Files.exists(proxkiln)) {
      try (Stream<Path> files = Files.walk(proxkiln)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    return repository;
  }

  /** The commands below a heading of a page, one a line and without their comments. */
  private List<String> documented(String page, String heading) throws IOException {
    String text = Files.readString(proxkiln.home().resolve("docs").resolve(page));
    return text.substring(text.indexOf(heading) + heading.length())
        .lines()
        .dropWhile(line -> !line.startsWith("    "))
        .takeWhile(line -> line.startsWith("    "))
        .map(line -> line.replaceFirst(" +# .*", "").strip())
        .toList();
  }

  private String run(String command) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-euc", command.replace("/etc/", root + "/etc/"))
            .directory(project.toFile())
            .redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    TestEnvironment.leaveOut(environment);
    environment.putAll(proxkiln.environment("dumb"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("PATH", proxkiln.home().resolve("bin") + ":" + environment.get("PATH"));
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s%n%s", command, said).isZero();
    return said;
  }

  @Test
  void isBuiltSignedTrustedInstalledUsedAndRemoved() throws Exception {
    List<String> building = documented("plugin-example/README.md", "one test.");
    assertThat(building).hasSize(4);
    assertThat(run(building.getFirst())).doesNotContain("[WARNING]");

    List<String> keys = documented("plugins.md", "### Signing");
    for (String command : keys) {
      run(command.replace("PLUGIN.jar", "target/proxkiln-notes-1.0.0.jar"));
    }
    run("rm target/*.sig");
    run(building.get(1));
    assertThat(project.resolve("target/proxkiln-notes-1.0.0.jar.sig")).hasSize(64);
    for (String command : documented("plugins.md", "## Whom you trust")) {
      run(command);
    }

    Layout layout = Layout.of(Map.of("PROXKILN_ROOT", root.toString()), false);
    Path state = Files.createDirectories(layout.state().resolve("sandbox"));
    try (Sandbox _ = Sandbox.open(SandboxOptions.in(state).withBootMode(BootMode.SIMULATED))) {
      run("proxkiln sandbox pvesh create /nodes/pve/qemu --vmid 100 --name web");
      assertThat(run(building.get(2) + " --yes")).contains("Installed 'notes' 1.0.0: note set.");
      run(building.get(3) + " --yes");
      assertThat(run("proxkiln sandbox pvesh get /nodes/pve/qemu/100/config"))
          .contains("Ask Jane before you stop it.");
      assertThat(run("proxkiln module list")).containsPattern("notes +on +1.0.0 +signed by");
      run("proxkiln module remove notes --yes");
      assertThat(run("proxkiln module list")).doesNotContain("notes");
    }
  }
}
