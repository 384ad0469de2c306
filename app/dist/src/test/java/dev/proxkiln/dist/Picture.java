package dev.proxkiln.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Pictures for {@code docs/screens}: panes of the installed program as they were seen. They are
 * taken anew with {@code -Dtest.jvm.args=-Dproxkiln.update=true}. A picture whose first or last row
 * is no longer what is seen is out of date, and fails the test; all rows are not compared, because
 * most of them tell of times and of catalogues.
 */
final class Picture {
  private static final Path FOLDER = Path.of("../../docs/screens");

  private static final Pattern VERSION = Pattern.compile("(?<=^ proxkiln) \\d\\S*");

  private Picture() {}

  static void take(String name, String screen) throws IOException {
    Path file = FOLDER.resolve(name + ".txt");
    String seen = lasting(screen);
    if (Boolean.getBoolean("proxkiln.update")) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, seen);
    }
    assertThat(file).exists();
    String kept = Files.readString(file);
    assertThat(ends(seen))
        .as("%s, taken anew with -Dtest.jvm.args=-Dproxkiln.update=true", file)
        .isEqualTo(ends(kept));
  }

  /** What is another in every run becomes the same, as wide as it was. */
  private static String lasting(String screen) {
    return screen
        .lines()
        .map(String::stripTrailing)
        .map(line -> blank(VERSION, line))
        .map(line -> line.replaceAll("localhost:\\d{5}\\b", "localhost:18080"))
        .map(line -> line.replaceAll("\\br[0-9a-z]{8}\\b", "r1a2b3c4d"))
        .map(String::stripTrailing)
        .reduce("", (all, line) -> all + line + "\n")
        .stripTrailing()
        .concat("\n");
  }

  private static String blank(Pattern what, String line) {
    return what.matcher(line).replaceFirst(found -> " ".repeat(found.group().length()));
  }

  /**
   * The last row, and the first of a whole screen: above a rule it says where one is. How many
   * steps and images there are is not what a picture is about.
   */
  private static List<String> ends(String screen) {
    List<String> lines = screen.replaceAll("\\d+", "0").lines().toList();
    boolean whole = lines.get(1).startsWith("\u2500");
    return List.of(whole ? lines.getFirst() : "", lines.getLast());
  }
}
