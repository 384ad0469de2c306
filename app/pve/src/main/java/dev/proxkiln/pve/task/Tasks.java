package dev.proxkiln.pve.task;

import dev.proxkiln.core.port.PvePort.TaskEnd;
import dev.proxkiln.core.port.PvePort.TaskWatch;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.pve.problem.PveErrors;
import dev.proxkiln.pve.problem.PveSlug;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Follows tasks by reading their status and log. */
public final class Tasks {

  /** Sends a read call and gives its answer. */
  @FunctionalInterface
  public interface Reader {
    @Nullable Object read(ResolvedCall call);
  }

  /** Lets time pass. */
  @FunctionalInterface
  public interface Pause {
    void of(Duration time) throws InterruptedException;

    /** Really sleeps. */
    Pause SLEEP = Thread::sleep;
  }

  /** The end of a task in the node's words. */
  private static final Pattern WARNINGS = Pattern.compile("WARNINGS: (\\d+)");

  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofSeconds(1);

  /** The longest pause while a task keeps writing to its log. */
  private static final Duration LIVELY = Duration.ofMillis(200);

  /** A node that restarts its API service is back well within this. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final int LINES = 500;

  private final Reader reader;
  private final Pause pause;
  private final InstantSource clock;

  public Tasks(Reader reader) {
    this(reader, Pause.SLEEP, InstantSource.system());
  }

  public Tasks(Reader reader, Pause pause, InstantSource clock) {
    this.reader = reader;
    this.pause = pause;
    this.clock = clock;
  }

  /**
   * Waits until a task ended; polls with a pause that grows from 10 ms to 1 s.
   *
   * @throws ProblemException {@code task-failed} or a more exact slug with the last lines of its
   *     log; {@code stopped} when the thread is interrupted, which it then still is
   */
  public TaskEnd await(Upid upid, TaskWatch watch) {
    TaskLog log = new TaskLog(watch);
    Duration wait = SHORTEST;
    int seen = 0;
    Instant answered = clock.instant();
    while (true) {
      try {
        // The status first: a log read after the end is complete.
        Object status = reader.read(ResolvedCall.get(upid.path() + "/status"));
        int now = readLog(upid, seen, log);
        answered = clock.instant();
        if (!Tree.text(status, "status").equals("running")) {
          return end(upid, Tree.text(status, "exitstatus"), log.tail());
        }
        wait = longer(wait);
        if (now > seen && wait.compareTo(LIVELY) > 0) {
          wait = LIVELY;
        }
        seen = now;
      } catch (ProblemException e) {
        boolean patient =
            e.first().slug().equals(PveSlug.NODE_UNREACHABLE.text())
                && Duration.between(answered, clock.instant()).compareTo(PATIENCE) < 0;
        if (!patient) {
          throw e;
        }
        wait = LONGEST;
      }
      pause(wait, upid.label());
    }
  }

  private static Duration longer(Duration wait) {
    Duration more = wait.multipliedBy(3).dividedBy(2);
    return more.compareTo(LONGEST) > 0 ? LONGEST : more;
  }

  /** Reads what is new of the log; returns how many lines there are by now. */
  private int readLog(Upid upid, int seen, TaskLog log) {
    int now = seen;
    while (true) {
      List<?> lines =
          Tree.list(
              reader.read(
                  ResolvedCall.get(
                      upid.path() + "/log",
                      "start",
                      Integer.toString(now),
                      "limit",
                      Integer.toString(LINES))),
              "");
      for (Object line : lines) {
        String text = Tree.text(line, "t");
        // An empty log is answered with this one made-up line (pve-common: PVE/Tools.pm).
        if (now == 0 && lines.size() == 1 && text.equals("no content")) {
          return 0;
        }
        now++;
        log.line(text);
      }
      if (lines.size() < LINES) {
        return now;
      }
    }
  }

  /**
   * Reads the end of a task whose log is known already.
   *
   * @throws ProblemException {@code task-failed} or a more exact slug
   */
  public TaskEnd end(Upid upid, List<String> tail) {
    Object status = reader.read(ResolvedCall.get(upid.path() + "/status"));
    return end(upid, Tree.text(status, "exitstatus"), tail);
  }

  private static TaskEnd end(Upid upid, String exitStatus, List<String> tail) {
    if (exitStatus.equals("OK")) {
      return new TaskEnd(0, exitStatus);
    }
    Matcher warnings = WARNINGS.matcher(exitStatus);
    if (warnings.matches()) {
      return new TaskEnd(Integer.parseInt(warnings.group(1)), exitStatus);
    }
    throw PveErrors.ofTask(
            upid.label(), exitStatus.isEmpty() ? "ended without a status" : exitStatus, tail)
        .raise();
  }

  /**
   * Waits until no task of a guest is active any more.
   *
   * @throws ProblemException {@code stopped} when the thread is interrupted
   */
  public void settle(String node, long vmid) {
    Duration wait = SHORTEST;
    while (active(node, vmid)) {
      pause(wait, "tasks of " + vmid);
      wait = longer(wait);
    }
  }

  private boolean active(String node, long vmid) {
    List<?> tasks =
        Tree.list(
            reader.read(
                ResolvedCall.get("/nodes/" + node + "/tasks", "source", "active", "limit", "500")),
            "");
    boolean cloning = false;
    for (Object task : tasks) {
      // The list of active tasks keeps ended ones for a while; those have a status of their own.
      String status = Tree.text(task, "status");
      if (!status.isEmpty() && !status.equals("RUNNING") && !status.equals("running")) {
        continue;
      }
      Optional<Upid> upid = Upid.parse(Tree.text(task, "upid"));
      if (upid.isEmpty()) {
        continue;
      }
      String type = upid.get().type();
      if (upid.get().id().equals(Long.toString(vmid))) {
        if (runs(upid.get())) {
          return true;
        }
      } else if (type.equals("qmclone") || type.equals("vzclone")) {
        // A clone's task is filed under its source; only the lock shows which guest it makes.
        cloning = cloning || runs(upid.get());
      }
    }
    return cloning && isBeingMade(node, vmid);
  }

  /** After a crash of the node's daemon the list may name tasks that are long gone. */
  private boolean runs(Upid upid) {
    try {
      Object status = reader.read(ResolvedCall.get(upid.path() + "/status"));
      return Tree.text(status, "status").equals("running");
    } catch (ProblemException e) {
      return false;
    }
  }

  private boolean isBeingMade(String node, long vmid) {
    try {
      Object config = reader.read(ResolvedCall.get("/nodes/" + node + "/qemu/" + vmid + "/config"));
      String lock = Tree.text(config, "lock");
      return lock.equals("clone") || lock.equals("create");
    } catch (ProblemException e) {
      return false;
    }
  }

  private void pause(Duration wait, String where) {
    try {
      pause.of(wait);
    } catch (InterruptedException e) {
      throw stopped(where, e);
    }
  }

  /** The problem of a wait that was interrupted. */
  public static ProblemException stopped(String where, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new ProblemException(
        CoreSlug.STOPPED.problem(
            where,
            "Stopped while waiting.",
            "",
            "What the node has begun may go on there; resume or undo the run."),
        cause);
  }
}
