package dev.proxkiln.dist;

import dev.proxkiln.cli.Main;
import dev.proxkiln.host.file.Layout;
import dev.proxkiln.sandbox.Sandbox;
import dev.proxkiln.sandbox.SandboxOptions;
import dev.proxkiln.sandbox.boot.BootMode;
import java.io.IOException;
import java.util.List;

/**
 * Runs the commands that users start most in one JVM, so that an AOT cache knows their classes.
 *
 * <p>There are three caches, because the JVM loads all classes of its cache at every start: 2700
 * classes cost 50 ms, which is nothing for a template and twice the start of a short answer.
 */
public final class AotTraining {
  private static final List<List<String>> QUICK =
      List.of(List.of("version"), List.of("catalog", "list"));
  private static final List<List<String>> PLAN =
      List.of(
          List.of("facts", "--target", "sandbox"),
          List.of("template", "create", "debian-12", "--target", "sandbox", "--dry-run"),
          List.of("menu", "--target", "sandbox"));
  private static final List<List<String>> FULL =
      List.of(
          List.of("help"),
          List.of("catalog", "list", "-o", "json"),
          List.of("catalog", "show", "debian-12"),
          List.of("template", "create", "--help"),
          List.of("runs"),
          List.of("sandbox", "start", "--boot", "simulated"));

  private AotTraining() {}

  /**
   * Trains; started with {@code -XX:AOTCacheOutput} by {@code ./dev build}. A command that fails is
   * a slower start of it and nothing worse.
   *
   * @param args {@code quick}, {@code full}, or {@code node} for the sandbox node's own process
   */
  public static void main(String[] args) throws IOException {
    switch (args[0]) {
      case "quick" -> run(QUICK);
      case "node" -> {
        SandboxOptions options =
            SandboxOptions.in(Layout.current().state().resolve("sandbox"))
                .withBootMode(BootMode.SIMULATED);
        try (Sandbox _ = Sandbox.open(options)) {
          run(PLAN);
        }
      }
      default -> {
        run(FULL);
        run(PLAN);
        run(List.of(List.of("sandbox", "stop")));
      }
    }
  }

  private static void run(List<List<String>> commands) {
    for (List<String> command : commands) {
      int code = Main.run(command);
      if (code != 0) {
        System.err.println("training: exit code " + code + " of " + String.join(" ", command));
      }
    }
  }
}
