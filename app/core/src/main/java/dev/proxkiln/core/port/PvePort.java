package dev.proxkiln.core.port;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** PVE calls with every text resolved; implemented by the transports. */
public interface PvePort {

  /**
   * What a call answered.
   *
   * @param value the answer as a plain tree
   * @param task the task that was started, empty for a synchronous call; a transport that already
   *     waited for its task (pvesh) still names it
   */
  record Answer(@Nullable Object value, Optional<String> task) {}

  /**
   * How a task ended.
   *
   * @param warnings number of warnings, 0 for a plain OK
   * @param exitStatus the node's own words: {@code OK} or {@code WARNINGS: n}
   */
  record TaskEnd(int warnings, String exitStatus) {}

  /** Follows a task; called on the caller's thread. */
  interface TaskWatch {
    /** One new line of the task's log. */
    void line(String text);

    /** Share of the work that is done, bytes of bytes, read from the log. */
    void progress(long done, long total);

    /** A watch that looks away. */
    TaskWatch NONE =
        new TaskWatch() {
          @Override
          public void line(String text) {}

          @Override
          public void progress(long done, long total) {}
        };
  }

  /**
   * Sends a call and does not wait for the task that it may start.
   *
   * @throws dev.proxkiln.core.problem.ProblemException with the pve slugs; {@code vmid-taken} when
   *     the VM ID is in use
   */
  Answer send(ResolvedCall call);

  /**
   * Sends a call like {@link #send(ResolvedCall)} and reports what it does meanwhile: {@code pvesh}
   * runs a task to its end before it answers, and an upload takes its time. What was reported here
   * is not reported again by {@link #await}.
   */
  default Answer send(ResolvedCall call, TaskWatch watch) {
    return send(call);
  }

  /**
   * Waits until a task ended.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code task-failed} or a more exact slug,
   *     with the last lines of its log
   */
  TaskEnd await(String upid, TaskWatch watch);

  /** Waits until no task of a guest is active any more; returns at once when there is none. */
  void settle(String node, long vmid);
}
