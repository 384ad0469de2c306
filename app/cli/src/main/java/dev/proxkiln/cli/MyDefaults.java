package dev.proxkiln.cli;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.ui.form.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Keeps answers as defaults of a user: a section of the user's settings file, named by the words of
 * the command. Everything else in the file stays as it was written.
 */
final class MyDefaults {
  /** What no two templates share. */
  private static final Set<String> OWN = Set.of("name", "vmid");

  private MyDefaults() {}

  /**
   * Writes the section anew.
   *
   * @return the file
   */
  static Path keep(Wiring wiring, Path file, Form form) {
    TreeMap<String, Values.Value> kept = new TreeMap<>(form.values().entries());
    for (Field<?> field : form.reader().schema().fields()) {
      if (field.position() > 0 || OWN.contains(field.key())) {
        kept.remove(field.key());
      }
    }
    String section =
        AnswerFile.text(
            wiring,
            form.reader().command(),
            form.reader().schema(),
            new Values(kept),
            MyDefaults::isKept);
    List<String> settings =
        section
            .lines()
            .filter(line -> !line.startsWith("command:") && !line.startsWith("---"))
            .map(line -> line.isBlank() ? line : "  " + line)
            .toList();
    wiring
        .files()
        .write(file.toString(), merged(before(file), form.reader().command(), settings), 0640);
    return file;
  }

  /** What is in the environment is of the moment. */
  private static boolean isKept(Origin origin) {
    return switch (origin.kind()) {
      case USER_FILE, SPEC_FILE, FLAG, TYPED -> true;
      case DEFAULT, CLUSTER_FILE, SYSTEM_FILE, PROJECT_FILE, PROFILE, ENVIRONMENT -> false;
    };
  }

  private static List<String> before(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw dev.proxkiln.host.file.FileTrouble.reading(file, e);
    }
  }

  /** The lines of a file with other lines in a top-level section. */
  static String merged(List<String> lines, String name, List<String> section) {
    List<String> merged = new ArrayList<>();
    boolean inside = false;
    for (String line : lines) {
      boolean top = !line.isBlank() && !Character.isWhitespace(line.charAt(0));
      if (top) {
        inside = !line.startsWith("#") && line.matches("[\"']?" + name + "[\"']?\\s*:.*");
      }
      if (!inside) {
        merged.add(line);
      }
    }
    while (!merged.isEmpty() && merged.getLast().isBlank()) {
      merged.removeLast();
    }
    if (!section.isEmpty()) {
      merged.add(name + ":");
      merged.addAll(section);
    }
    return merged.stream().collect(Collectors.joining("\n", "", "\n"));
  }
}
