package dev.proxkiln.host.catalogue;

import dev.proxkiln.host.file.AtomicFiles;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.file.LockFile;
import dev.proxkiln.host.file.Modes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Fetched catalogues: one folder a version, and a file that names the one in use. The one before is
 * kept.
 */
public final class CatalogueStore {
  private static final String CURRENT = "current";
  private static final int FOLDER_MODE = 0755;
  private static final int FILE_MODE = 0644;

  private final Path folder;

  /** A store; its folder need not be there. */
  public CatalogueStore(Path folder) {
    this.folder = folder;
  }

  /**
   * The fetched catalogue in use.
   *
   * @param shipped version of the catalogue that came with proxkiln; an older one is of no use
   * @return its folder, with {@code images} and {@code keys} in it; empty where the shipped one is
   *     the newest
   */
  public Optional<Path> inUse(long shipped) {
    long version = version();
    Path at = folder.resolve(Long.toString(version));
    return version > shipped && Files.isDirectory(at) ? Optional.of(at) : Optional.empty();
  }

  /** Version of the newest catalogue that was ever taken; 0 for none. */
  public long version() {
    Path current = folder.resolve(CURRENT);
    if (!Files.isRegularFile(current)) {
      return 0;
    }
    try {
      String text = Files.readString(current).strip();
      return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    } catch (IOException e) {
      throw FileTrouble.reading(current, e);
    }
  }

  /** Keeps others from changing the store meanwhile. */
  LockFile lock(Duration patience) {
    makeFolder(folder);
    return LockFile.take(folder.resolve("lock"), patience, pid -> {});
  }

  /** An empty folder for a version that is not in use yet. */
  Path stage(long version) {
    Path staged = folder.resolve(version + ".new");
    remove(staged);
    makeFolder(staged);
    makeFolder(staged.resolve("images"));
    makeFolder(staged.resolve("keys"));
    return staged;
  }

  /** Puts a file into a staged folder. */
  static void put(Path staged, String name, String text) {
    new AtomicFiles().write(staged.resolve(name), text, FILE_MODE);
  }

  /** Takes a staged version into use, in one step for every reader. */
  void activate(long version) {
    long before = version();
    Path at = folder.resolve(Long.toString(version));
    try {
      remove(at);
      Files.move(folder.resolve(version + ".new"), at, StandardCopyOption.ATOMIC_MOVE);
      AtomicFiles.syncFolder(folder);
    } catch (IOException e) {
      throw FileTrouble.writing(at, e);
    }
    new AtomicFiles().write(folder.resolve(CURRENT), version + "\n", FILE_MODE);
    sweep(List.of(Long.toString(before), Long.toString(version)));
  }

  /** Removes every version but these. */
  private void sweep(List<String> kept) {
    try (Stream<Path> entries = Files.list(folder)) {
      entries
          .filter(entry -> entry.getFileName().toString().matches("[0-9]{1,18}(\\.new)?"))
          .filter(entry -> !kept.contains(entry.getFileName().toString()))
          .toList()
          .forEach(CatalogueStore::remove);
    } catch (IOException e) {
      throw FileTrouble.reading(folder, e);
    }
  }

  /** Removes a staged version that will not be used. */
  static void remove(Path at) {
    if (!Files.exists(at)) {
      return;
    }
    try (Stream<Path> entries = Files.walk(at)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(entry);
      }
    } catch (IOException e) {
      throw FileTrouble.writing(at, e);
    }
  }

  private static void makeFolder(Path at) {
    try {
      Modes.folder(at, FOLDER_MODE);
    } catch (IOException e) {
      throw FileTrouble.writing(at, e);
    }
  }
}
