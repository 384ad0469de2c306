package dev.proxkiln.host.run;

import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.PlanTree;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.run.RunFolder;
import dev.proxkiln.core.run.RunStore;
import dev.proxkiln.core.tree.TreeText;
import dev.proxkiln.host.file.AppendLog;
import dev.proxkiln.host.file.AtomicFiles;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.file.LockFile;
import dev.proxkiln.host.file.Modes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** All runs of this machine, a folder each. */
public final class FileRunStore implements RunStore {
  private static final String OUTPUT = "output.log";
  private static final String PLAN = "plan.json";
  private static final String JOURNAL = "journal.jsonl";
  private static final String SECRETS = "secrets";
  private static final String LOCK = "lock";
  private static final String EVENTS = "events.jsonl";
  private static final String RELEASE = "release";
  private static final int FOLDER_MODE = 0750;

  private final AtomicFiles files = new AtomicFiles();
  private final Path runs;
  private final TreeText text;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Optional<String> release;

  /**
   * A store.
   *
   * @param runs the folder of run folders; made when the first run is
   */
  public FileRunStore(Path runs, TreeText text, InstantSource clock, RandomGenerator random) {
    this(runs, text, clock, random, Optional.empty());
  }

  /**
   * A store whose runs remember who began them.
   *
   * @param release name of the installed release's folder
   */
  public FileRunStore(
      Path runs,
      TreeText text,
      InstantSource clock,
      RandomGenerator random,
      Optional<String> release) {
    this.runs = runs;
    this.text = text;
    this.clock = clock;
    this.random = random;
    this.release = release;
  }

  @Override
  public RunFolder create(Plan plan) {
    return create(plan, Map.of());
  }

  /**
   * A new, locked run of a plan that has secrets of its own.
   *
   * @param secrets text by name; kept in the run folder, mode 0600, so that the run can be resumed
   * @throws ProblemException {@code file-unwritable}, {@code disk-full}
   */
  public RunFolder create(Plan plan, Map<String, String> secrets) {
    try {
      Modes.folder(runs, FOLDER_MODE);
      LockFile lock = newFolder();
      Path folder = lock.folder();
      try {
        if (!secrets.isEmpty()) {
          files.write(folder.resolve(SECRETS), text.line(secrets) + "\n", 0600);
        }
        if (release.isPresent()) {
          files.write(folder.resolve(RELEASE), release.get() + "\n", 0640);
        }
        // The plan comes last: a folder without one is no run.
        files.write(folder.resolve(PLAN), text.pretty(PlanTree.document(plan)), 0640);
        AtomicFiles.syncFolder(runs);
        return opened(folder, plan, lock);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw FileTrouble.writing(runs, e);
    }
  }

  /** {@code r}, the seconds since 1970 in base 36, two random characters: newer is greater. */
  private LockFile newFolder() throws IOException {
    while (true) {
      String tail = Integer.toString(random.nextInt(36 * 36) + 36 * 36, 36).substring(1);
      String id = "r" + Long.toString(clock.instant().getEpochSecond(), 36) + tail;
      Path folder = runs.resolve(id);
      if (!Files.exists(folder)) {
        Modes.folder(folder, FOLDER_MODE);
        // Another thread or process may have had the same idea; the lock says whose it is.
        Optional<LockFile> lock = LockFile.tryTake(folder.resolve(LOCK));
        if (lock.isPresent() && !Files.exists(folder.resolve(PLAN))) {
          return lock.get();
        }
        lock.ifPresent(LockFile::close);
      }
    }
  }

  private FileRunFolder opened(Path folder, Plan plan, LockFile lock) {
    return new FileRunFolder(
        folder.getFileName().toString(),
        plan,
        lock,
        new FileJournal(folder.resolve(JOURNAL), text),
        AppendLog.open(folder.resolve(OUTPUT), 0640),
        new EventFile(folder.resolve(EVENTS), text, clock));
  }

  @Override
  public RunFolder open(String id) {
    Path folder = find(id);
    Path file = folder.resolve(LOCK);
    LockFile lock =
        LockFile.attempt(file)
            .orElseThrow(() -> locked(folder.getFileName().toString(), LockFile.holder(file)));
    try {
      new RequestFile(folder).clear();
      return opened(folder, plan(folder), lock);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  @Override
  public Glimpse look(String id) {
    Path folder = find(id);
    return new Glimpse(
        folder.getFileName().toString(),
        plan(folder),
        FileJournal.read(folder.resolve(JOURNAL), text),
        LockFile.isHeld(folder.resolve(LOCK)));
  }

  /** Whether a process works on a run now. */
  public boolean live(String id) {
    return LockFile.isHeld(find(id).resolve(LOCK));
  }

  /** The events of a run, from its start on. */
  public EventTail events(String id) {
    Path folder = find(id);
    return new EventTail(folder.resolve(EVENTS), plan(folder), text);
  }

  /** What is asked of a run. */
  public RequestFile requests(String id) {
    return new RequestFile(find(id));
  }

  /** Name of the release that a run was begun by; empty where it was none that is installed. */
  public Optional<String> release(String id) {
    Path file = find(id).resolve(RELEASE);
    try {
      return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    } catch (IOException e) {
      throw FileTrouble.reading(file, e);
    }
  }

  /** The lines of a run's output log. */
  public List<String> output(String id) {
    return AppendLog.lines(find(id).resolve(OUTPUT));
  }

  @Override
  public List<String> ids() {
    if (!Files.isDirectory(runs)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(runs)) {
      return folders
          .filter(folder -> Files.isRegularFile(folder.resolve(PLAN)))
          .map(folder -> folder.getFileName().toString())
          .sorted(Comparator.reverseOrder())
          .toList();
    } catch (IOException e) {
      throw FileTrouble.reading(runs, e);
    }
  }

  /** The secrets that a run keeps for itself, by name; none for most. */
  public Map<String, String> secrets(String id) {
    Path file = find(id).resolve(SECRETS);
    Map<String, String> secrets = new LinkedHashMap<>();
    try {
      if (Files.exists(file) && text.read(Files.readString(file)) instanceof Map<?, ?> map) {
        map.forEach((name, secret) -> secrets.put(String.valueOf(name), String.valueOf(secret)));
      }
    } catch (IOException e) {
      throw FileTrouble.reading(file, e);
    }
    return secrets;
  }

  /** Where a run's files are, for messages. */
  public Path folder(String id) {
    return find(id);
  }

  private Path find(String id) {
    List<String> ids = ids();
    if (ids.contains(id)) {
      return runs.resolve(id);
    }
    List<String> near =
        id.isEmpty() ? List.of() : ids.stream().filter(i -> i.startsWith(id)).toList();
    if (near.size() == 1) {
      return runs.resolve(near.getFirst());
    }
    throw CoreSlug.RUN_STATE
        .problem(
            "",
            near.isEmpty()
                ? "There is no run '" + id + "'."
                : "'"
                    + id
                    + "' could be "
                    + near.size()
                    + " runs: "
                    + String.join(", ", near)
                    + ".",
            "",
            near.isEmpty() ? "See them with: proxkiln runs" : "Give more of the ID.")
        .raise();
  }

  private Plan plan(Path folder) {
    Path file = folder.resolve(PLAN);
    try {
      return PlanTree.read(text.read(Files.readString(file)));
    } catch (IOException e) {
      throw FileTrouble.reading(file, e);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          CoreSlug.PLAN_UNREADABLE.problem(
              file.toString(),
              "The plan '" + file + "' is not valid JSON.",
              String.valueOf(e.getMessage()),
              "Look at the node and clean up by hand; then remove the run's folder."),
          e);
    }
  }

  private static ProblemException locked(String id, long pid) {
    return CoreSlug.RUN_LOCKED
        .problem(
            "run " + id,
            "Another process works on run '" + id + "'.",
            pid < 0 ? "" : "It has the process ID " + pid + ".",
            "Wait until it is done; see it with: proxkiln show " + id)
        .raise();
  }
}
