package dev.proxkiln.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.proxkiln.testkit.TestEnvironment;
import dev.proxkiln.testkit.Tmux;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The program as it is installed: the launcher, the linked runtime and the caches that {@code ./dev
 * build} lays out, with everything that it keeps under one folder.
 */
final class Installed {
  /** Says where the tree is. */
  private static final String TREE = "PROXKILN_TEST_TREE";

  private final Path launcher;
  private final Path root;
  private int terminals;

  /**
   * The program of the tree under test; aborts the test where there is none.
   *
   * @param root where it keeps its files
   */
  Installed(Path root) {
    String tree = System.getenv(TREE);
    if (tree == null) {
      assertThat(System.getenv("CI")).as("%s is not set", TREE).isNotEqualTo("true");
      abort(TREE + " is not set: ./dev test sets it");
    }
    this.launcher = Path.of(tree, "bin/proxkiln");
    this.root = root;
    assertThat(launcher).isExecutable();
  }

  /** The folder that a release unpacks to. */
  Path home() {
    return launcher.getParent().getParent();
  }

  /** The environment of somebody whose node is the sandbox. */
  Map<String, String> environment(String terminal) {
    Map<String, String> environment = new TreeMap<>();
    environment.put("PROXKILN_ROOT", root.toString());
    environment.put("PROXKILN_TARGET", "sandbox");
    environment.put("HOME", root.toString());
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("TERM", terminal);
    return environment;
  }

  /** The program in a terminal that draws. */
  Tmux screen(String name, String... words) {
    return terminal(name, "screen-256color", List.of(), words);
  }

  /**
   * The program in a terminal.
   *
   * @param name for the panes that are kept
   * @param before words before its own
   */
  Tmux terminal(String name, String type, List<String> before, String... words) {
    List<String> argv = new ArrayList<>(before);
    argv.add(launcher.toString());
    argv.addAll(List.of(words));
    try {
      Path socket = Files.createDirectories(root.resolve("tmux-" + terminals++));
      return new Tmux(socket, name, environment(type), argv);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a command prints on standard output; it must end well. */
  String run(String... words) throws IOException, InterruptedException {
    List<String> argv = new ArrayList<>(List.of(launcher.toString()));
    argv.addAll(List.of(words));
    Path errors = root.resolve("errors.txt");
    ProcessBuilder builder = new ProcessBuilder(argv).redirectError(errors.toFile());
    TestEnvironment.leaveOut(builder.environment());
    builder.environment().putAll(environment("dumb"));
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s%n%s", argv, Files.readString(errors)).isZero();
    return out;
  }
}
