package dev.proxkiln.host.release;

import dev.proxkiln.host.HostSlug;
import dev.proxkiln.host.file.AtomicFiles;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.process.FlockHolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An installation as {@code bootstrap.sh} lays it out: {@code releases/VERSION} folders, {@code
 * current} and {@code previous} links to two of them, a staging folder on the same file system.
 *
 * @param folder {@code /opt/proxkiln}, or the same below another root
 */
public record Installation(Path folder) {
  private static final String RELEASES = "releases";
  private static final String CURRENT = "current";
  private static final String PREVIOUS = "previous";

  /**
   * The installation that a running release belongs to; empty where it was only built.
   *
   * @param home folder of the running release
   */
  public static Optional<Installation> of(Path home) {
    try {
      Path releases = home.toRealPath().getParent();
      if (releases == null || !releases.endsWith(RELEASES)) {
        return Optional.empty();
      }
      Installation found = new Installation(releases.resolveSibling("").normalize());
      return found.at(CURRENT).isPresent() ? Optional.of(found) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The root of the file system that it is laid out in, {@code /} unless it was moved. */
  public Path root() {
    Path opt = folder.getParent();
    Path root = opt == null ? null : opt.getParent();
    return root == null ? Path.of("/") : root;
  }

  /** The link that always leads to the release in use. */
  public Path current() {
    return folder.resolve(CURRENT);
  }

  /** The command that users type. */
  public Path command() {
    return root().resolve("usr/local/bin/proxkiln");
  }

  /** Where links to manual pages and completions are. */
  public Path share() {
    return root().resolve("usr/local/share");
  }

  /** The one folder that is written before a switch. */
  public Path staging() {
    return folder.resolve(".staging");
  }

  Path releases() {
    return folder.resolve(RELEASES);
  }

  /** Folder of the release in use. */
  public Path inUse() {
    return at(CURRENT)
        .orElseThrow(
            () -> FileTrouble.reading(current(), new IOException("it leads to no release")));
  }

  /** Folder of the release that was in use before; empty where there is none to go back to. */
  public Optional<Path> before() {
    return at(PREVIOUS).filter(release -> !at(CURRENT).equals(Optional.of(release)));
  }

  /** The version of a release's folder; one that was installed over itself has a number behind. */
  public static ReleaseVersion version(Path release) {
    return new ReleaseVersion(String.valueOf(release.getFileName()).split("~", 2)[0]);
  }

  /** The version in use. */
  public ReleaseVersion version() {
    return version(inUse());
  }

  /** A release by its folder's name, where it is still there. */
  public Optional<Path> named(String name) {
    return all().stream().filter(release -> release.endsWith(name)).findFirst();
  }

  /** Folders of all releases. */
  List<Path> all() {
    try (Stream<Path> entries = Files.list(releases())) {
      return entries.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw FileTrouble.reading(releases(), e);
    }
  }

  private Optional<Path> at(String link) {
    try {
      Path at = folder.resolve(link);
      if (!Files.isSymbolicLink(at)) {
        return Optional.empty();
      }
      Path release = folder.resolve(Files.readSymbolicLink(at)).normalize();
      return Files.isDirectory(release, LinkOption.NOFOLLOW_LINKS)
          ? Optional.of(release)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Keeps every other installation, update and removal away, bootstrap.sh's too.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code lock-held}
   */
  FlockHolder lock() {
    return FlockHolder.tryTake(folder.resolve(".lock"))
        .orElseThrow(
            () ->
                HostSlug.LOCK_HELD
                    .problem(
                        folder.toString(),
                        "Another installation or update is at work.",
                        "It holds the lock '" + folder.resolve(".lock") + "'.",
                        "Wait for it to end.")
                    .raise());
  }

  /** Points {@code current} to a release, in one rename. */
  void use(Path release) {
    point(CURRENT, release);
  }

  /** Remembers where {@code self rollback} goes. */
  void remember(Path release) {
    point(PREVIOUS, release);
  }

  /** There is none to go back to. */
  void forget() {
    Path link = folder.resolve(PREVIOUS);
    try {
      Files.deleteIfExists(link);
    } catch (IOException e) {
      throw FileTrouble.writing(link, e);
    }
  }

  private void point(String name, Path release) {
    Path link = folder.resolve(name);
    Path beside = folder.resolve(name + ".new");
    try {
      Files.deleteIfExists(beside);
      Files.createSymbolicLink(beside, Path.of(RELEASES).resolve(release.getFileName()));
      Files.move(beside, link, StandardCopyOption.ATOMIC_MOVE);
      AtomicFiles.syncFolder(folder);
    } catch (IOException e) {
      throw FileTrouble.writing(link, e);
    }
  }

  /** Removes a folder and what is in it; nothing happens where it is not there. */
  static void remove(Path folder) {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> entries = Files.walk(folder)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(entry);
      }
    } catch (IOException e) {
      throw FileTrouble.writing(folder, e);
    } catch (UncheckedIOException e) {
      throw FileTrouble.writing(folder, new IOException(e));
    }
  }
}
