package dev.proxkiln.cli.outside;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** This program, to be started again as a process of its own. */
public final class Self {
  /** The class that {@code Main} is; named here, because it knows everything and nothing it. */
  private static final String MAIN = "dev.proxkiln.cli.Main";

  private Self() {}

  /** The command that starts it: the launcher of its tree, or its JVM where there is none. */
  public static List<String> argv(Home home) {
    Optional<Path> launcher = home.launcher();
    if (launcher.isPresent()) {
      return List.of(launcher.get().toString());
    }
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx128m",
        "-cp",
        System.getProperty("java.class.path"),
        "-Dproxkiln.home=" + home.folder(),
        MAIN);
  }

  /** What a process said last; empty where it said nothing. */
  public static String lastLine(Path log) {
    try {
      Optional<String> last =
          Files.readAllLines(log).stream().filter(l -> !l.isBlank()).reduce((a, b) -> b);
      return last.orElse("");
    } catch (IOException e) {
      return "";
    }
  }
}
