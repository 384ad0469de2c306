package dev.proxkiln.host.release;

import dev.proxkiln.host.file.AtomicFiles;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.file.Modes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Copies of the configuration folder, one before each change of the release: {@code VERSION-TIME}.
 * Every file keeps its mode, from the moment that the copy is made.
 */
public final class ConfigBackup {
  private static final int KEPT = 10;
  private static final int FOLDER_MODE = 0750;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Path config;
  private final Path backups;

  /**
   * Backups.
   *
   * @param config what is copied
   * @param backups where the copies are
   */
  public ConfigBackup(Path config, Path backups) {
    this.config = config;
    this.backups = backups;
  }

  /**
   * Copies the configuration as it is now, and removes the oldest copies beyond ten.
   *
   * @param version that the configuration was used by
   * @return the copy's folder
   */
  Path make(ReleaseVersion version, Instant now) {
    Path copy = backups.resolve(version + "-" + TIME.format(now));
    try {
      Installation.remove(copy);
      Modes.folder(copy, FOLDER_MODE);
      if (Files.isDirectory(config)) {
        copy(config, copy);
      }
      AtomicFiles.syncFolder(backups);
    } catch (IOException e) {
      throw FileTrouble.writing(copy, e);
    }
    List<Path> all = all();
    all.subList(0, Math.max(0, all.size() - KEPT)).forEach(Installation::remove);
    return copy;
  }

  /** The newest copy of what a version used. */
  Optional<Path> newest(ReleaseVersion version) {
    return all().stream()
        .filter(copy -> String.valueOf(copy.getFileName()).startsWith(version + "-2"))
        .reduce((older, newer) -> newer);
  }

  /** The oldest first. */
  private List<Path> all() {
    if (!Files.isDirectory(backups)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(backups)) {
      return entries
          .filter(entry -> String.valueOf(entry.getFileName()).matches(".+-[0-9]{8}T[0-9]{6}Z"))
          .sorted(
              Comparator.comparing(
                  entry -> {
                    String name = String.valueOf(entry.getFileName());
                    return name.substring(name.lastIndexOf('-') + 1);
                  }))
          .toList();
    } catch (IOException e) {
      throw FileTrouble.reading(backups, e);
    }
  }

  /** Puts files back that are not as they were; what is new since then stays. */
  void restore(Path copy) {
    AtomicFiles files = new AtomicFiles();
    try (Stream<Path> entries = Files.walk(copy)) {
      for (Path entry : entries.filter(Files::isRegularFile).toList()) {
        Path target = config.resolve(copy.relativize(entry));
        if (!Files.isRegularFile(target) || Files.mismatch(entry, target) >= 0) {
          Modes.folder(target.resolveSibling("").normalize(), FOLDER_MODE);
          files.write(target, Files.readAllBytes(entry), mode(entry));
        }
      }
    } catch (IOException e) {
      throw FileTrouble.writing(config, e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> entries;
    try (Stream<Path> all = Files.walk(from)) {
      entries = all.sorted().toList();
    }
    for (Path entry : entries) {
      Path target = to.resolve(from.relativize(entry).toString());
      if (Files.isSymbolicLink(entry)) {
        Files.createSymbolicLink(target, Files.readSymbolicLink(entry));
      } else if (Files.isDirectory(entry)) {
        Modes.folder(target, mode(entry));
      } else if (Files.isRegularFile(entry)) {
        new AtomicFiles().write(target, Files.readAllBytes(entry), mode(entry));
      }
    }
  }

  private static int mode(Path file) throws IOException {
    Set<PosixFilePermission> set = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
    int mode = 0;
    for (int bit = 0; bit < PosixFilePermission.values().length; bit++) {
      mode |= set.contains(PosixFilePermission.values()[bit]) ? 0400 >> bit : 0;
    }
    return mode;
  }
}
