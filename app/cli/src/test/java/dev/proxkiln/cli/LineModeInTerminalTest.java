package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.sandbox.Sandbox;
import dev.proxkiln.sandbox.SandboxOptions;
import dev.proxkiln.sandbox.boot.BootMode;
import dev.proxkiln.testkit.FaultServer;
import dev.proxkiln.testkit.Tmux;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The line mode and the command line in a real terminal. */
@Tag("real")
class LineModeInTerminalTest {
  @TempDir Path root;
  private Sandbox sandbox;
  private FaultServer images;

  @BeforeEach
  void start() throws Exception {
    Path state = new InProcess(root).layout().state().resolve("sandbox");
    Files.createDirectories(state);
    sandbox = Sandbox.open(SandboxOptions.in(state).withBootMode(BootMode.SIMULATED));
    images = FaultServer.http();
    TinyImages.offer(images, new InProcess(root), List.of("tiny-0", "tiny-1"));
  }

  @AfterEach
  void stop() throws Exception {
    images.close();
    sandbox.close();
  }

  /**
   * The program.
   *
   * @param before words before its own
   */
  private Tmux proxkiln(String name, String terminal, List<String> before, String... words) {
    List<String> argv = new ArrayList<>(before);
    argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    argv.addAll(List.of("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
    argv.add("-Dproxkiln.home=" + System.getProperty("proxkiln.home"));
    argv.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    argv.addAll(List.of(words));
    return new Tmux(
        root,
        name,
        Map.of(
            "PROXKILN_ROOT",
            root.toString(),
            "PROXKILN_TARGET",
            "sandbox",
            "HOME",
            root.toString(),
            "TERM",
            terminal),
        argv);
  }

  @Test
  void aFirstUserMakesSeveralTemplatesFromTheMenu() {
    // Standard input is a pipe, as it is for curl ... | bash; nothing is read from it.
    List<String> piped = List.of("sh", "-c", "echo no | \"$@\"", "sh");
    try (Tmux terminal = proxkiln("line-mode", "dumb", piped)) {
      terminal.await("or \"quit\":");
      terminal.type("template").press("Enter").await("or \"back\":");
      terminal.type("create").press("Enter").await("Image (a part of a name finds it):");
      terminal.type("tiny").press("Enter").await("2  tiny-1");
      terminal.type("1").press("Enter").await("one more");
      terminal.type("tiny-1").press("Enter").await("Image, one more (Enter: no more): tiny-1");
      terminal.press("Enter").type("review").press("Enter");
      terminal.await("Run them?");
      terminal.type("yes").press("Enter").await("or \"quit\":");
      terminal.type("quit").press("Enter").await("exit code 0");
    }
    assertThat(new InProcess(root).run("--target", "sandbox", "template", "list").out())
        .contains("tiny-0", "tiny-1");
  }

  @Test
  void aCommandLineCompletesAndForgetsSecrets() throws Exception {
    try (Tmux terminal = proxkiln("command-line", "screen", List.of(), "shell")) {
      terminal.await("proxkiln>");
      terminal.type("vers").press("Tab", "Enter").await("proxkiln " + Version.text());
      terminal.type("runs --token USER@pam!x=hidden").press("Enter").await("secret-in-clear");
      terminal.type("quit").press("Enter").await("exit code");
    }
    Path history = new InProcess(root).layout().state().resolve("history");
    assertThat(Files.readString(history)).contains("version").doesNotContain("hidden");
  }
}
