package dev.proxkiln.config;

import dev.proxkiln.core.field.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * A file of settings that is read without being named: system, user or project.
 *
 * @param kind which of the three layers
 * @param path where it would be; it need not be there
 */
public record SettingsFile(Origin.Kind kind, Path path) {

  /** Whether it is there. */
  public boolean there() {
    return Files.isRegularFile(path);
  }

  /**
   * The text of the file.
   *
   * <p>Such a file is picked up without being asked for, so a file that somebody else could have
   * planted is refused: it must belong to this user or to root, and only its owner may write to it.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code settings-unsafe}, {@code
   *     spec-unreadable}
   */
  public String text() {
    try {
      PosixFileAttributes file = Files.readAttributes(path, PosixFileAttributes.class);
      String owner = file.owner().getName();
      Set<PosixFilePermission> modes = file.permissions();
      if (!owner.equals(me()) && !owner.equals("root")) {
        throw unsafe("It belongs to '" + owner + "'.");
      }
      if (modes.contains(PosixFilePermission.GROUP_WRITE)
          || modes.contains(PosixFilePermission.OTHERS_WRITE)) {
        throw unsafe("Others than its owner may write to it.");
      }
      return Files.readString(path);
    } catch (IOException e) {
      throw ConfigSlug.SPEC_UNREADABLE
          .problem(
              path.toString(),
              "The settings file '" + path + "' cannot be read.",
              String.valueOf(e.getMessage()),
              "Make it readable, or move it away.")
          .raise();
    }
  }

  private RuntimeException unsafe(String why) {
    return ConfigSlug.SETTINGS_UNSAFE
        .problem(
            path.toString(),
            "The settings file '" + path + "' is not safe to use.",
            why,
            "Take it over with chown and chmod go-w, or move it away.")
        .raise();
  }

  /** The name of the user that this process runs as, as the file system sees it. */
  static String me() throws IOException {
    return Files.getOwner(Path.of("/proc/self"), LinkOption.NOFOLLOW_LINKS).getName();
  }
}
