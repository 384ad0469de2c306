package dev.proxkiln.host.queue;

import dev.proxkiln.core.tree.TreeText;
import dev.proxkiln.host.HostSlug;
import dev.proxkiln.host.file.AtomicFiles;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.file.LockFile;
import dev.proxkiln.host.file.Modes;
import dev.proxkiln.host.run.RequestFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The queue of this machine: a folder with a file for each wish. It outlives crashes and restarts;
 * several processes may add to it while one runs it.
 */
public final class QueueFolder {
  private static final int FOLDER_MODE = 0750;

  /** A wish may hold the hash of a password. */
  private static final int FILE_MODE = 0600;

  private static final String SUFFIX = ".json";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final AtomicFiles files = new AtomicFiles();
  private final Path folder;
  private final TreeText text;
  private final InstantSource clock;

  /**
   * A queue.
   *
   * @param folder made when the first wish is added
   */
  public QueueFolder(Path folder, TreeText text, InstantSource clock) {
    this.folder = folder;
    this.text = text;
    this.clock = clock;
  }

  /**
   * A wish to be added.
   *
   * @param name for people
   */
  public record Wish(
      String name,
      String command,
      String target,
      String node,
      Map<String, String> settings,
      Map<String, String> aside) {

    /** Without settings and secrets. */
    @Override
    public String toString() {
      return "Wish[" + command + " " + name + "]";
    }
  }

  /**
   * Adds wishes behind those that are there.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code file-unwritable}, {@code disk-full}
   */
  public List<QueueItem> add(List<Wish> wishes) {
    prepare();
    try (LockFile lock = lock()) {
      long next = all().stream().mapToLong(QueueFolder::number).max().orElse(0) + 1;
      List<QueueItem> added = new ArrayList<>();
      for (Wish wish : wishes) {
        QueueItem item =
            new QueueItem(
                "q" + next++,
                wish.name(),
                wish.command(),
                wish.target(),
                wish.node(),
                wish.settings(),
                wish.aside(),
                clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
                QueueItem.State.WAITING,
                "",
                List.of());
        write(item);
        added.add(item);
      }
      return added;
    }
  }

  /** Every wish, in the order in which they came. */
  public List<QueueItem> all() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> names = Files.list(folder)) {
      return names
          .filter(file -> file.getFileName().toString().matches("q\\d{1,18}\\.json"))
          .flatMap(file -> read(file).stream())
          .sorted(Comparator.comparingLong(QueueFolder::number))
          .toList();
    } catch (IOException e) {
      throw FileTrouble.reading(folder, e);
    }
  }

  /** A wish by its ID; empty where there is none. */
  public Optional<QueueItem> find(String id) {
    return id.matches("q\\d{1,18}") ? read(file(id)) : Optional.empty();
  }

  /**
   * Changes a wish; does nothing when it was removed meanwhile.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code file-unwritable}, {@code disk-full}
   */
  public Optional<QueueItem> change(String id, UnaryOperator<QueueItem> how) {
    prepare();
    try (LockFile lock = lock()) {
      Optional<QueueItem> changed = find(id).map(how);
      changed.ifPresent(this::write);
      return changed;
    }
  }

  /** Removes a wish for good. */
  public void remove(String id) {
    prepare();
    try (LockFile lock = lock()) {
      files.delete(file(id));
    }
  }

  /**
   * The right to run the queue, which one process has at a time.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code queue-running}
   */
  public LockFile runner() {
    prepare();
    Path file = folder.resolve("runner.lock");
    return LockFile.attempt(file)
        .orElseThrow(
            () ->
                HostSlug.QUEUE_RUNNING
                    .problem(
                        "queue",
                        "Another process runs the queue.",
                        LockFile.holder(file) < 0
                            ? ""
                            : "It has the process ID " + LockFile.holder(file) + ".",
                        "It takes up what is added meanwhile; see: proxkiln queue list")
                    .raise());
  }

  /** Whether somebody runs the queue now. */
  public boolean running() {
    return LockFile.isHeld(folder.resolve("runner.lock"));
  }

  /** What is asked of whoever runs the queue. */
  public RequestFile requests() {
    prepare();
    return new RequestFile(folder);
  }

  private void prepare() {
    try {
      Modes.folder(folder, FOLDER_MODE);
    } catch (IOException e) {
      throw FileTrouble.writing(folder, e);
    }
  }

  private LockFile lock() {
    return LockFile.take(folder.resolve("queue.lock"), PATIENCE, pid -> {});
  }

  private Path file(String id) {
    return folder.resolve(id + SUFFIX);
  }

  private static long number(QueueItem item) {
    return Long.parseLong(item.id().substring(1));
  }

  private void write(QueueItem item) {
    files.write(file(item.id()), text.pretty(item.tree()), FILE_MODE);
  }

  private Optional<QueueItem> read(Path file) {
    try {
      return Optional.of(QueueItem.of(text.read(Files.readString(file))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      throw HostSlug.QUEUE_UNREADABLE
          .problem(
              file.toString(),
              "'" + file + "' is no entry of the queue.",
              String.valueOf(e.getMessage()),
              "Move the file away, and add the wish again.")
          .raise();
    } catch (IOException e) {
      throw FileTrouble.reading(file, e);
    }
  }
}
