package dev.proxkiln.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.host.file.Layout;
import dev.proxkiln.sandbox.Sandbox;
import dev.proxkiln.sandbox.SandboxOptions;
import dev.proxkiln.sandbox.boot.BootMode;
import dev.proxkiln.testkit.FaultServer;
import dev.proxkiln.testkit.TinyImages;
import dev.proxkiln.testkit.Tmux;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a new user does, with the installed program in a real terminal, from end to end. */
@Tag("installed")
class InstalledInTerminalTest {
  private static final String QUESTION = "What would you like to do?";

  @TempDir Path root;
  private Installed proxkiln;
  private Sandbox sandbox;
  private FaultServer images;

  @BeforeEach
  void start() throws Exception {
    proxkiln = new Installed(root);
    Layout layout = Layout.of(Map.of("PROXKILN_ROOT", root.toString()), false);
    Path state = layout.state().resolve("sandbox");
    Files.createDirectories(state);
    sandbox = Sandbox.open(SandboxOptions.in(state).withBootMode(BootMode.SIMULATED));
    images = FaultServer.http();
    TinyImages.offer(images, layout.config(), List.of("tiny", "small"));
  }

  @AfterEach
  void stop() throws Exception {
    if (images != null) {
      images.close();
      sandbox.close();
    }
  }

  /** From the menu to the review of a template of {@code tiny}. */
  private static String review(Tmux terminal) {
    terminal.await("1 node");
    terminal.press("Enter").await("Create a template > Image");
    terminal.type("/tiny image tiny").await("/tiny image tiny  ");
    terminal.press("Enter").await("Create a template > Guest");
    terminal.press("Enter").await("Create a template > Hardware");
    terminal.press("Enter").await("Create a template > Network");
    terminal.press("Enter").await("Create a template > Access");
    return terminal.press("Enter").await("will run. Nothing has been changed yet.");
  }

  @Test
  void aFirstRunShowsTheMenuAndLeavesTheTerminalAsItWas() throws Exception {
    List<String> watched =
        List.of(
            "sh",
            "-c",
            // What a terminal of tmux has for a line speed means nothing.
            "cd \"$0\" && stty -a | tail -n +2 >before && \"$@\"; code=$?;"
                + " stty -a | tail -n +2 >after; exit $code",
            root.toString());
    try (Tmux terminal = proxkiln.terminal("first-run", "screen-256color", watched)) {
      terminal.await(QUESTION);
      Picture.take("menu", terminal.await("1 node"));
      Picture.take("help", terminal.press("F1").await("Help"));
      terminal.press("Escape").await(QUESTION);
      terminal.resize(100, 30);
      terminal.await("wider", screen -> screen.lines().anyMatch(line -> line.length() == 100));
      terminal.resize(60, 10).await("too small");
      terminal.resize(80, 24).await(QUESTION);
      // Keys that choose nothing to run, in any order.
      Random random = new Random(7);
      List<String> keys =
          List.of("Up", "Down", "3", "4", "5", "7", "/", "a", "Escape", "F1", "F2", "Tab", "Home");
      for (int i = 0; i < 40; i++) {
        terminal.press(keys.get(random.nextInt(keys.size())));
      }
      String after = terminal.press("C-c").await("exit code 130");
      assertThat(after).doesNotContain(QUESTION);
      assertThat(root.resolve("after")).hasSameTextualContentAs(root.resolve("before"));
    }
  }

  @Test
  void aTemplateIsMadeByTheWizard() throws Exception {
    try (Tmux terminal = proxkiln.screen("wizard")) {
      terminal.await("1 node");
      terminal.press("Enter").await("Create a template > Image");
      Picture.take("image", terminal.type("/deb cloud").await("/deb cloud  "));
      terminal.press("C-u").type("tiny image tiny").await("/tiny image tiny  ");
      terminal.press("Enter").await("Create a template > Guest");
      terminal.press("Enter").await("Create a template > Hardware");
      terminal.press("Down").type("16");
      Picture.take("wrong", terminal.await("wrong"));
      terminal.press("C-u").type("96").await("typed");
      terminal.press("Enter").await("Create a template > Network");
      terminal.press("Enter").await("Create a template > Access");
      String review = terminal.press("Enter").await("will run. Nothing has been changed yet.");
      assertThat(review).contains("template create tiny --memory 96");
      Picture.take("review", review);
      Picture.take("done", terminal.press("Enter").await("> Done"));
      terminal.press("Enter").await(QUESTION);
      terminal.press("q").await("exit code 0");
    }
    assertThat(proxkiln.run("template", "list", "-o", "json")).contains("\"name\": \"tiny\"");
  }

  @Test
  void whatFailedIsMendedAndTriedAgain() throws Exception {
    sandbox.faults().failNext("qmtemplate", 50, "the storage went away");
    try (Tmux terminal = proxkiln.screen("failure")) {
      review(terminal);
      Picture.take("failure", terminal.press("Enter").await("Retry step"));
      assertThat(proxkiln.run("runs")).contains("FAILED");
      terminal.type("r").await("> Done");
      terminal.press("q").await("exit code 0");
    }
    assertThat(proxkiln.run("template", "list", "-o", "json")).contains("\"name\": \"tiny\"");
  }

  @Test
  void aRunOutlivesItsWindowAndIsWatchedFromTheNext() throws Exception {
    Gate gate = Gate.of(TinyImages.bytes("tiny"));
    images.serve("/tiny.qcow2", gate);
    try (Tmux terminal = proxkiln.screen("detach")) {
      review(terminal);
      Picture.take("running", terminal.press("Enter").await("> Running"));
      // Closing the window hangs up on everything that is in it.
      terminal.hangUp();
    }
    assertThat(proxkiln.run("runs")).contains("RUNNING");
    try (Tmux terminal = proxkiln.screen("attach")) {
      terminal.await("1 node");
      Picture.take("unfinished", terminal.await("running, "));
      terminal.press("End", "Enter").await("> Running");
      gate.open();
      terminal.await("> Done");
      terminal.press("q").await("exit code 0");
    }
    assertThat(proxkiln.run("runs")).contains("DONE").doesNotContain("RUNNING");
  }

  @Test
  void severalTemplatesAreMadeLineByLine() throws Exception {
    // Standard input is a pipe, as it is for curl ... | bash; nothing is read from it.
    List<String> piped = List.of("sh", "-c", "echo no | \"$@\"", "sh");
    try (Tmux terminal = proxkiln.terminal("lines", "dumb", piped)) {
      terminal.await("or \"quit\":");
      terminal.type("template").press("Enter").await("or \"back\":");
      terminal.type("create").press("Enter").await("Image (a part of a name finds it):");
      terminal.type("tiny").press("Enter").await("one more");
      terminal.type("small").press("Enter").await("Image, one more (Enter: no more): small");
      terminal.press("Enter").type("review").press("Enter");
      Picture.take("lines", terminal.await("Run them?"));
      terminal.type("yes").press("Enter").await("or \"quit\":");
      // The command line of the menu reads from the terminal, too.
      terminal.type(":").press("Enter").await("proxkiln>");
      terminal.type("version").press("Enter").await("proxkiln 0.");
      terminal.type("quit").press("Enter").await("or \"quit\":");
      terminal.type("quit").press("Enter").await("exit code 0");
    }
    assertThat(proxkiln.run("template", "list")).contains("tiny", "small");
  }

  @Test
  void aCommandLineCompletesAndForgetsSecrets() throws Exception {
    try (Tmux terminal = proxkiln.screen("command-line", "shell")) {
      terminal.await("proxkiln>");
      terminal.type("vers").press("Tab", "Enter").await("proxkiln 0.");
      terminal.type("runs --token USER@pam!x=hidden").press("Enter").await("secret-in-clear");
      terminal.type("quit").press("Enter").await("exit code");
    }
    Path history =
        Layout.of(Map.of("PROXKILN_ROOT", root.toString()), false).state().resolve("history");
    assertThat(Files.readString(history)).contains("version").doesNotContain("hidden");
  }
}
