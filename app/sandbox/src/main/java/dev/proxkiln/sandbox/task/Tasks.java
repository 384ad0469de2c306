package dev.proxkiln.sandbox.task;

import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.state.StateFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All tasks of a node, those of earlier servers included. Thread-safe. */
public final class Tasks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tasks.class);

  /** How many ended tasks are kept. */
  private static final int KEPT = 1000;

  private final Path folder;
  private final String node;
  private final Clock clock;
  private final AtomicLong pid = new AtomicLong(ProcessHandle.current().pid());
  private final Map<String, Task> tasks = new LinkedHashMap<>();

  /** The work of a task. */
  @FunctionalInterface
  public interface Work {
    /**
     * Does it.
     *
     * @param task where to print
     * @throws Exception which becomes the task's error; a Refusal's text as it is
     */
    void run(Task task) throws Exception;
  }

  /** Reads the tasks of earlier servers. */
  public Tasks(StateFolder state, String node, Clock clock) {
    this.folder = state.path("tasks", "x").resolveSibling("");
    this.node = node;
    this.clock = clock;
    List<Task> old = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(
          file ->
              Upid.parse(String.valueOf(file.getFileName()))
                  .filter(upid -> upid.node().equals(node))
                  .ifPresent(upid -> old.add(Task.read(upid, file))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    old.sort(Comparator.comparingLong(Task::endtime));
    old.forEach(task -> tasks.put(task.upid().toString(), task));
  }

  /**
   * Starts a task and returns at once.
   *
   * @param type such as qmcreate
   * @param id guest number or other name, may be empty
   * @param user user or token
   */
  public Task start(String type, String id, String user, Work work) {
    Task task;
    synchronized (tasks) {
      long now = clock.millis();
      Upid upid =
          new Upid(
              node,
              pid.incrementAndGet() & 0xFFFFFFFFL,
              now / 10 & 0xFFFFFFFFL,
              now / 1000,
              type,
              id,
              user);
      task = Task.started(upid, folder.resolve(upid.toString()));
      tasks.put(upid.toString(), task);
      forgetOldest();
    }
    Thread worker =
        Thread.ofVirtual().name(task.upid().toString()).unstarted(() -> run(task, work));
    task.worker(worker);
    worker.start();
    return task;
  }

  private void run(Task task, Work work) {
    String error = null;
    try {
      work.run(task);
    } catch (Refusal e) {
      error = e.text();
    } catch (InterruptedException e) {
      error = "received interrupt";
    } catch (Exception e) {
      boolean interrupted = Thread.interrupted();
      LOG.debug("task {} failed", task.upid(), e);
      error = interrupted ? "received interrupt" : String.valueOf(e.getMessage());
    } finally {
      task.end(error, clock.instant().getEpochSecond());
    }
  }

  private void forgetOldest() {
    var old = tasks.values().iterator();
    while (tasks.size() > KEPT && old.hasNext()) {
      Task task = old.next();
      if (!task.running()) {
        old.remove();
        try {
          Files.deleteIfExists(folder.resolve(task.upid().toString()));
        } catch (IOException e) {
          LOG.debug("old task log stays: {}", task.upid(), e);
        }
      }
    }
  }

  /** A task by its UPID. */
  public Optional<Task> find(String upid) {
    synchronized (tasks) {
      return Optional.ofNullable(tasks.get(upid));
    }
  }

  /** All tasks, newest first. */
  public List<Task> list() {
    synchronized (tasks) {
      return new ArrayList<>(tasks.values()).reversed();
    }
  }

  /** Interrupts a task that is running. */
  public void stop(Task task) {
    task.interrupt();
  }

  /** Interrupts what is running and waits a little for it to end. */
  @Override
  public void close() {
    List<Task> running = list().stream().filter(Task::running).toList();
    running.forEach(Task::interrupt);
    try {
      for (Task task : running) {
        task.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
