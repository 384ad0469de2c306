package dev.proxkiln.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** This program, to be started again as a process of its own. */
final class Self {
  private Self() {}

  /** The command that starts it: the launcher of its tree, or its JVM where there is none. */
  static List<String> argv(Home home) {
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
        Main.class.getName());
  }
}
