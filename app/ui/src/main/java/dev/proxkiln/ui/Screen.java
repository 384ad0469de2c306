package dev.proxkiln.ui;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;

/** Finds out what a stream of this process can show. */
public final class Screen {
  private Screen() {}

  /**
   * The look of a stream.
   *
   * @param descriptor 1 for standard output, 2 for standard error
   * @param color {@code auto}, {@code always} or {@code never}
   * @param environment {@code TERM}, {@code NO_COLOR} and the locale are read
   * @param width columns of the terminal
   */
  public static Look of(
      int descriptor, String color, Map<String, String> environment, IntSupplier width) {
    boolean terminal = isTerminal(descriptor);
    boolean dumb = environment.getOrDefault("TERM", "dumb").equals("dumb");
    boolean live = terminal && !dumb;
    boolean colour =
        switch (color) {
          case "always" -> true;
          case "never" -> false;
          // https://no-color.org: set and not empty means no colours.
          default -> live && environment.getOrDefault("NO_COLOR", "").isEmpty();
        };
    return new Look(live, colour, !terminal || isUtf8(environment), width);
  }

  /** Whether a descriptor is a terminal, read from its link in {@code /proc}. */
  static boolean isTerminal(int descriptor) {
    try {
      String name = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return name.startsWith("/dev/pts/")
          || name.startsWith("/dev/tty")
          || name.equals("/dev/console");
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isUtf8(Map<String, String> environment) {
    for (String name : List.of("LC_ALL", "LC_CTYPE", "LANG")) {
      String value = environment.getOrDefault(name, "");
      if (!value.isEmpty()) {
        String locale = value.toUpperCase(Locale.ROOT);
        return locale.contains("UTF-8") || locale.contains("UTF8");
      }
    }
    return false;
  }
}
