package dev.proxkiln.host.release;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.file.Layout;
import dev.proxkiln.host.process.FlockHolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Removes what bootstrap.sh and updates put on this machine. Guests are never touched. */
public final class Uninstall {
  private final Installation installation;
  private final Layout layout;
  private final Commands commands;

  /** A removal. */
  public Uninstall(Installation installation, Layout layout, Commands commands) {
    this.installation = installation;
    this.layout = layout;
    this.commands = commands;
  }

  /**
   * What goes, in this order; the program itself is last.
   *
   * @param purge whether configuration, data and logs go as well
   */
  public List<Path> doomed(boolean purge) {
    List<Path> doomed = new ArrayList<>();
    try {
      doomed.addAll(ReleaseFinish.links(installation));
    } catch (IOException e) {
      throw FileTrouble.reading(installation.share(), e);
    }
    doomed.addAll(units());
    doomed.add(installation.command());
    if (purge) {
      doomed.addAll(List.of(layout.config(), layout.state(), layout.logs(), layout.run()));
    }
    doomed.add(installation.folder());
    doomed.removeIf(path -> !Files.exists(path, LinkOption.NOFOLLOW_LINKS));
    return doomed;
  }

  /** What stays unless it is purged. */
  public List<Path> kept() {
    return List.of(layout.config(), layout.state(), layout.logs());
  }

  private List<Path> units() {
    Path folder = UpdateTimer.folder(installation);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> units = Files.list(folder)) {
      return units
          .filter(unit -> String.valueOf(unit.getFileName()).startsWith("proxkiln-"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw FileTrouble.reading(folder, e);
    }
  }

  /**
   * Removes it.
   *
   * @param gone told of each path before it goes
   * @throws ProblemException {@code lock-held}, {@code file-unwritable}
   */
  public void run(boolean purge, Consumer<Path> gone) {
    List<Path> doomed = doomed(purge);
    try (FlockHolder lock = installation.lock()) {
      new UpdateTimer(installation, commands).stop();
      for (Path path : doomed) {
        gone.accept(path);
        Installation.remove(path);
      }
    }
  }
}
