package dev.proxkiln.cli.log;

import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.core.tree.TreeText;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.log.RollingLog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the log, the packed files of it too, and what is added to it later. */
public final class LogReader {
  private final Path file;
  private final TreeText json;
  private final LogLevel least;
  private final String run;
  private @Nullable Object key;
  private long offset;

  /**
   * A reader.
   *
   * @param least lines below it are left out
   * @param run the beginning of a run's ID; other lines are left out; empty for all
   */
  public LogReader(Path file, TreeText json, LogLevel least, String run) {
    this.file = file;
    this.json = json;
    this.least = least;
    this.run = run;
  }

  /**
   * The last lines that fit, oldest first, as {@link LogLine} trees.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code file-unreadable}
   */
  public List<Object> last(int most) {
    Deque<Object> found = new ArrayDeque<>();
    List<Path> newestFirst = log().files().reversed();
    for (Path one : newestFirst) {
      Deque<Object> here = new ArrayDeque<>();
      long end = read(one, 0, here, most);
      if (one.equals(file.toAbsolutePath())) {
        key = key();
        offset = end;
      }
      while (!here.isEmpty() && found.size() < most) {
        found.addFirst(here.removeLast());
      }
      if (found.size() >= most) {
        break;
      }
    }
    return List.copyOf(found);
  }

  /** The lines that were added since {@link #last} or since this was asked before. */
  public List<Object> more() {
    Deque<Object> found = new ArrayDeque<>();
    Object now = key();
    if (key != null && !key.equals(now)) {
      // It was turned over: its end is in the newest of the others.
      List<Path> old =
          log().files().stream().filter(o -> !o.equals(file.toAbsolutePath())).toList();
      if (!old.isEmpty()) {
        read(old.getLast(), offset, found, Integer.MAX_VALUE);
      }
      offset = 0;
    }
    key = now;
    if (now != null) {
      offset = read(file, offset, found, Integer.MAX_VALUE);
    }
    return new ArrayList<>(found);
  }

  private RollingLog log() {
    return new RollingLog(file, RollingLog.Limits.USUAL, InstantSource.system());
  }

  private @Nullable Object key() {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw FileTrouble.reading(file, e);
    }
  }

  /** Reads whole lines from an offset on; gives the offset behind the last of them. */
  private long read(Path one, long from, Deque<Object> found, int most) {
    try (InputStream in = RollingLog.read(one)) {
      in.skipNBytes(from);
      // A file is turned over when it has a few MiB. What has no line end is still being written.
      byte[] bytes = in.readAllBytes();
      int start = 0;
      for (int at = 0; at < bytes.length; at++) {
        if (bytes[at] == '\n') {
          take(new String(bytes, start, at - start, StandardCharsets.UTF_8), found, most);
          start = at + 1;
        }
      }
      return from + start;
    } catch (IOException e) {
      throw FileTrouble.reading(one, e);
    }
  }

  private void take(String line, Deque<Object> found, int most) {
    Object tree = parsed(line);
    if (fits(tree)) {
      found.addLast(tree);
      if (found.size() > most) {
        found.removeFirst();
      }
    }
  }

  private Object parsed(String line) {
    try {
      Object tree = json.read(line);
      return tree == null ? stranger(line) : tree;
    } catch (IllegalArgumentException e) {
      return stranger(line);
    }
  }

  /** A line that is not ours is shown as it is. */
  private static Map<String, Object> stranger(String line) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("level", LogLevel.INFO.name());
    tree.put("message", line);
    return tree;
  }

  private boolean fits(Object tree) {
    return LogLevel.of(Tree.text(tree, "level")).orElse(LogLevel.INFO).reaches(least)
        && Tree.text(tree, LogLine.RUN).startsWith(run);
  }
}
