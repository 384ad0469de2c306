package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.testkit.FaultServer;
import dev.proxkiln.testkit.Tmux;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell in a real terminal, as a process of its own. */
@Tag("real")
class ShellInTerminalTest {
  @TempDir Path root;

  private List<String> program(String... words) {
    List<String> argv = new ArrayList<>();
    argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    argv.addAll(List.of("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
    argv.add("-Dproxkiln.home=" + System.getProperty("proxkiln.home"));
    argv.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    argv.addAll(List.of(words));
    return argv;
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("PROXKILN_ROOT", root.toString());
    environment.put("PROXKILN_TARGET", "sandbox");
    environment.put("LC_ALL", "C.UTF-8");
    return environment;
  }

  @AfterEach
  void stopTheNode() throws Exception {
    ProcessBuilder stop =
        new ProcessBuilder(program("sandbox", "stop"))
            .redirectErrorStream(true)
            .redirectOutput(root.resolve("stop.log").toFile());
    stop.environment().putAll(environment());
    stop.start().waitFor();
  }

  @Test
  void theFirstStartShowsTheMenuAndLeavesTheTerminalAsItWas() {
    try (Tmux terminal = new Tmux(root, "first-run", environment(), program())) {
      terminal.await("What would you like to do?");
      terminal.await("1 node");
      terminal.press("F1").await("Help");
      terminal.press("Escape").await("What would you like to do?");
      terminal.resize(100, 30);
      terminal.await("wider", screen -> screen.lines().anyMatch(l -> l.length() == 100));
      terminal.resize(60, 10).await("too small");
      terminal.resize(80, 24).await("What would you like to do?");
      String after = terminal.press("q").await("exit code 0");
      assertThat(after).doesNotContain("What would you like to do?");
      // What is typed is seen again.
      terminal.type("typed").await("typed");
    }
  }

  @Test
  void aTemplateIsMadeByTheWizard() throws Exception {
    InProcess program = new InProcess(root);
    try (FaultServer images = FaultServer.http()) {
      TinyImage.offer(images, program);
      try (Tmux terminal = new Tmux(root, "wizard", environment(), program())) {
        terminal.await("1 node");
        terminal.press("Enter").await("Create a template > Image");
        terminal.type("/tiny image").await("1 of ");
        terminal.press("Enter").await("Create a template > Guest");
        terminal.press("Enter").await("Create a template > Hardware");
        terminal.press("Down").type("96").await("96");
        terminal.press("Enter").await("Create a template > Network");
        terminal.press("Enter").await("Create a template > Access");
        String review = terminal.press("Enter").await("will run. Nothing has been changed yet.");
        assertThat(review).contains("template create tiny --memory 96");
        terminal.press("Enter").await("> Done");
        assertThat(templates(program)).contains("\"name\": \"tiny\"");
        terminal.keep();
      }
    }
  }

  private static String templates(InProcess program) {
    return program.with("PROXKILN_TARGET", "sandbox").run("template", "list", "-o", "json").out();
  }
}
