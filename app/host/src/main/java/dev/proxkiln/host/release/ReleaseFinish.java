package dev.proxkiln.host.release;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What follows a switch that held: links, start-up caches, old releases. None of it makes the new
 * release unusable, so what goes wrong is told and no more.
 */
final class ReleaseFinish {
  private static final List<String> CACHES = List.of("quick", "menu", "full", "node");
  private static final Duration TRAINING = Duration.ofMinutes(5);

  private final Installation installation;
  private final Commands commands;
  private final List<String> needed;

  /**
   * The end of an update.
   *
   * @param needed names of releases that stay
   */
  ReleaseFinish(Installation installation, Commands commands, List<String> needed) {
    this.installation = installation;
    this.commands = commands;
    this.needed = needed;
  }

  void run(Stage.Watch watch) {
    try {
      link();
    } catch (IOException | UncheckedIOException e) {
      watch.note("manual pages and completions were not linked: " + e.getMessage());
    }
    for (String cache : CACHES) {
      record(cache, watch);
    }
    try {
      prune();
    } catch (ProblemException e) {
      watch.note("an old release was not removed: " + e.first().what());
    }
  }

  /** The command, and a link for every file of share; links of files that are gone go as well. */
  private void link() throws IOException {
    Path current = installation.current();
    relink(installation.command(), current.resolve("bin").resolve("proxkiln"));
    for (Path link : links(installation)) {
      Files.delete(link);
    }
    Path share = current.toRealPath().resolve("share");
    if (!Files.isDirectory(share)) {
      return;
    }
    try (Stream<Path> files = Files.walk(share)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path name = share.relativize(file);
        relink(installation.share().resolve(name), current.resolve("share").resolve(name));
      }
    }
  }

  private static void relink(Path link, Path target) throws IOException {
    Path beside = link.resolveSibling(link.getFileName() + ".new");
    Files.createDirectories(link.resolveSibling(""));
    Files.deleteIfExists(beside);
    Files.createSymbolicLink(beside, target);
    Files.move(beside, link, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Links below share that lead into the release in use. */
  static List<Path> links(Installation installation) throws IOException {
    if (!Files.isDirectory(installation.share())) {
      return List.of();
    }
    try (Stream<Path> entries = Files.walk(installation.share())) {
      return entries
          .filter(Files::isSymbolicLink)
          .filter(
              link -> {
                try {
                  return Files.readSymbolicLink(link).startsWith(installation.current());
                } catch (IOException e) {
                  return false;
                }
              })
          .toList();
    }
  }

  private void record(String cache, Stage.Watch watch) {
    Path file = installation.current().resolve("lib").resolve(cache + ".aot");
    if (Files.isRegularFile(file)) {
      return;
    }
    try {
      commands.run(
          Commands.Command.of(ReleaseCheck.launcher(installation.current()))
              .with(ReleaseCheck.ROOT, installation.staging().resolve("root").toString())
              .with("PROXKILN_AOT_TRAINING", cache)
              .within(TRAINING));
    } catch (ProblemException e) {
      // The note below says what follows from it.
    }
    if (!Files.isRegularFile(file)) {
      watch.note("the start-up cache '" + cache + "' was not made; starts will be slower");
    }
  }

  /** The release in use and the one before stay, those that are needed, and those that run. */
  private void prune() {
    Set<Path> kept = new HashSet<>();
    kept.add(installation.inUse());
    installation.before().ifPresent(kept::add);
    needed.forEach(name -> kept.add(installation.releases().resolve(name)));
    for (Path release : installation.all()) {
      if (!kept.contains(release) && !runs(release)) {
        Installation.remove(release);
      }
    }
  }

  /** Whether a process of this machine was started from a release. */
  private static boolean runs(Path release) {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().command())
        .flatMap(Optional::stream)
        .anyMatch(command -> Path.of(command).startsWith(release));
  }
}
