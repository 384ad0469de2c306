package dev.proxkiln.host.run;

import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.core.tree.TreeText;
import dev.proxkiln.host.file.AtomicFiles;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.file.LockFile;
import dev.proxkiln.host.file.Modes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Runs that were started together, to be worked on by one process: a folder for each batch. */
public final class BatchStore {
  private static final String BATCH = "batch.json";
  private static final String LOCK = "lock";
  private static final int FOLDER_MODE = 0750;

  private final AtomicFiles files = new AtomicFiles();
  private final Path folder;
  private final TreeText text;
  private final InstantSource clock;
  private final RandomGenerator random;

  /**
   * A store.
   *
   * @param folder made with the first batch
   */
  public BatchStore(Path folder, TreeText text, InstantSource clock, RandomGenerator random) {
    this.folder = folder;
    this.text = text;
    this.clock = clock;
    this.random = random;
  }

  /**
   * A run of a batch.
   *
   * @param name for people; unique in its batch
   * @param run the run's ID
   * @param after name of the member that has to go through before this one starts; empty for none
   */
  public record Member(String name, String run, String after) {
    /** One that waits for no other. */
    public Member(String name, String run) {
      this(name, run, "");
    }
  }

  /**
   * A batch.
   *
   * @param started ISO 8601 in UTC
   */
  public record Batch(String id, String started, List<Member> members) {
    public Batch {
      members = List.copyOf(members);
    }
  }

  /**
   * Notes that runs belong together.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code file-unwritable}, {@code disk-full}
   */
  public Batch create(List<Member> members) {
    String tail = Integer.toString(random.nextInt(36 * 36) + 36 * 36, 36).substring(1);
    Batch batch =
        new Batch(
            "b" + Long.toString(clock.instant().getEpochSecond(), 36) + tail,
            clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
            members);
    List<Object> rows = new ArrayList<>();
    for (Member member : members) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", member.name());
      row.put("run", member.run());
      if (!member.after().isEmpty()) {
        row.put("after", member.after());
      }
      rows.add(row);
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("batch", batch.id());
    tree.put("started", batch.started());
    tree.put("runs", rows);
    Path place = place(batch.id());
    try {
      Modes.folder(place, FOLDER_MODE);
    } catch (IOException e) {
      throw FileTrouble.writing(place, e);
    }
    files.write(place.resolve(BATCH), text.pretty(tree), 0640);
    return batch;
  }

  /** Every batch that can be read, the newest first. */
  public List<Batch> all() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> places = Files.list(folder)) {
      return places
          .map(place -> place.getFileName().toString())
          .sorted(Comparator.reverseOrder())
          .flatMap(id -> find(id).stream())
          .toList();
    } catch (IOException e) {
      throw FileTrouble.reading(folder, e);
    }
  }

  /** A batch by its ID; empty where there is none. */
  public Optional<Batch> find(String id) {
    Path file = place(id).resolve(BATCH);
    if (!id.matches("b[0-9a-z]+") || !Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      Object tree = text.read(Files.readString(file));
      return Optional.of(
          new Batch(
              id,
              Tree.text(tree, "started"),
              Tree.list(tree, "runs").stream()
                  .map(
                      row ->
                          new Member(
                              Tree.text(row, "name"),
                              Tree.text(row, "run"),
                              Tree.text(row, "after")))
                  .toList()));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * The run that has to go through before another one may start; empty where it waits for none.
   *
   * @param run a run, of a batch or of none
   */
  public Optional<String> before(String run) {
    for (Batch batch : all()) {
      for (Member member : batch.members()) {
        if (member.run().equals(run)) {
          return batch.members().stream()
              .filter(other -> other.name().equals(member.after()))
              .map(Member::run)
              .findFirst();
        }
      }
    }
    return Optional.empty();
  }

  /** Whether a process works on a batch now. */
  public boolean live(String id) {
    return LockFile.isHeld(place(id).resolve(LOCK));
  }

  /**
   * Takes a batch to work on it.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code run-locked}
   */
  public LockFile open(String id) {
    Path lock = place(id).resolve(LOCK);
    LockFile held =
        LockFile.attempt(lock)
            .orElseThrow(
                () ->
                    CoreSlug.RUN_LOCKED
                        .problem(
                            "batch " + id,
                            "Another process works on batch '" + id + "'.",
                            "",
                            "See it with: proxkiln attach " + id)
                        .raise());
    requests(id).clear();
    return held;
  }

  /** What is asked of all runs of a batch. */
  public RequestFile requests(String id) {
    return new RequestFile(place(id));
  }

  /** Where a batch's files are. */
  public Path place(String id) {
    return folder.resolve(id);
  }
}
