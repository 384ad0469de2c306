package dev.proxkiln.sandbox.task;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One task, running or ended. */
public final class Task {
  private final Upid upid;
  private final List<String> lines = new ArrayList<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final @Nullable Writer log;
  private @Nullable Thread worker;
  private int warnings;
  private String status = "";
  private long endtime;
  private Consumer<String> print = line -> {};

  private Task(Upid upid, @Nullable Writer log) {
    this.upid = upid;
    this.log = log;
  }

  static Task started(Upid upid, Path file) {
    try {
      return new Task(
          upid,
          Files.newBufferedWriter(
              file,
              StandardCharsets.UTF_8,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A task that is none: its lines go to a consumer and nowhere else. For work that a call does at
   * once and that prints what a task would.
   */
  public static Task unrecorded(Consumer<String> print) {
    Task task = new Task(new Upid("none", 0, 0, 0, "none", "", "root@pam"), null);
    task.print = print;
    return task;
  }

  /** A task of an earlier server; its verdict is the last line of its log. */
  static Task read(Upid upid, Path file) {
    Task task = new Task(upid, null);
    try {
      task.lines.addAll(Files.readAllLines(file, StandardCharsets.UTF_8));
      task.endtime = Files.getLastModifiedTime(file).toInstant().getEpochSecond();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String last = task.lines.isEmpty() ? "" : task.lines.getLast();
    task.status =
        last.equals("TASK OK")
            ? "OK"
            : last.startsWith("TASK ERROR: ")
                ? last.substring("TASK ERROR: ".length())
                : last.matches("TASK WARNINGS: \\d+")
                    ? last.substring("TASK ".length())
                    : "unexpected status";
    task.ended.countDown();
    return task;
  }

  /** Its name. */
  public Upid upid() {
    return upid;
  }

  /** Adds a line to the log; a text with several lines adds several. */
  public synchronized void print(String text) {
    for (String line : text.split("\n", -1)) {
      lines.add(line);
      print.accept(line);
      Writer out = log;
      if (out != null) {
        try {
          out.write(line);
          out.write('\n');
          out.flush();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  /** Adds a warning, which the verdict will count. */
  public synchronized void warn(String text) {
    print("WARN: " + text);
    warnings++;
  }

  /** Lines of the log so far. */
  public synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  /** Whether the worker is still at it. */
  public synchronized boolean running() {
    return status.isEmpty();
  }

  /** {@code OK}, {@code WARNINGS: n} or the error; empty while running. */
  public synchronized Optional<String> status() {
    return status.isEmpty() ? Optional.empty() : Optional.of(status);
  }

  /** When it ended, in seconds since 1970; 0 while running. */
  public synchronized long endtime() {
    return endtime;
  }

  /** Waits until the task has ended. */
  public void await() throws InterruptedException {
    ended.await();
  }

  synchronized void worker(Thread thread) {
    worker = thread;
  }

  /** Interrupts the worker; the task ends as one that was interrupted. */
  synchronized void interrupt() {
    Thread thread = worker;
    if (thread != null && status.isEmpty()) {
      thread.interrupt();
    }
  }

  /**
   * Writes the verdict.
   *
   * @param error what went wrong, null for nothing
   */
  synchronized void end(@Nullable String error, long now) {
    String verdict;
    if (error != null) {
      verdict = error.strip().replace('\n', ' ');
      print("TASK ERROR: " + verdict);
    } else if (warnings > 0) {
      verdict = "WARNINGS: " + warnings;
      print("TASK " + verdict);
    } else {
      verdict = "OK";
      print("TASK OK");
    }
    try {
      Writer out = log;
      if (out != null) {
        out.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    status = verdict;
    endtime = now;
    ended.countDown();
  }
}
