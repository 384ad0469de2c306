package dev.proxkiln.host.run;

import dev.proxkiln.core.event.EventTree;
import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.core.tree.TreeText;
import dev.proxkiln.host.file.FileTrouble;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of a run as they are written, by another process or by this one. A line that is
 * not whole yet is left for later; one that is no event is left out.
 */
public final class EventTail {
  private static final int BLOCK = 1 << 16;

  private final Path file;
  private final Plan plan;
  private final TreeText text;
  private final ByteArrayOutputStream half = new ByteArrayOutputStream();
  private long position;

  EventTail(Path file, Plan plan, TreeText text) {
    this.file = file;
    this.plan = plan;
    this.text = text;
  }

  /** An event and when it happened. */
  public record Timed(Instant at, RunEvent event) {}

  /**
   * What has been written since the last call; everything at the first.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code file-unreadable}
   */
  public synchronized List<Timed> more() {
    List<Timed> events = new ArrayList<>();
    if (!Files.exists(file)) {
      return events;
    }
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      if (in.length() < position) {
        // Whoever opens the file to write drops what a crash cut off.
        position = in.length();
        half.reset();
      }
      in.seek(position);
      byte[] block = new byte[BLOCK];
      for (int count = in.read(block); count > 0; count = in.read(block)) {
        position += count;
        take(block, count, events);
      }
    } catch (IOException e) {
      throw FileTrouble.reading(file, e);
    }
    return events;
  }

  private void take(byte[] block, int count, List<Timed> events) {
    int start = 0;
    for (int i = 0; i < count; i++) {
      if (block[i] == '\n') {
        half.write(block, start, i - start);
        event(half.toString(StandardCharsets.UTF_8)).ifPresent(events::add);
        half.reset();
        start = i + 1;
      }
    }
    half.write(block, start, count - start);
  }

  private Optional<Timed> event(String line) {
    try {
      @Nullable Object tree = text.read(line);
      Instant at = Instant.parse(Tree.text(tree, "at"));
      return EventTree.read(tree, plan).map(event -> new Timed(at, event));
    } catch (IllegalArgumentException | DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
