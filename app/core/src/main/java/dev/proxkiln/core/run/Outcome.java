package dev.proxkiln.core.run;

import dev.proxkiln.core.problem.Kind;
import dev.proxkiln.core.problem.Problem;
import java.util.List;
import java.util.Map;

/**
 * How a run ended.
 *
 * @param run ID
 * @param state where it stands now
 * @param problems why it did not go through, the first is the cause; empty when it did
 * @param left what undo could not take back, as commands that an administrator can type
 * @param stopped whether the user stopped it
 * @param touched whether anything was changed before it failed
 * @param warnings number of warnings of all tasks
 * @param announced facts of the Record steps, by name
 */
public record Outcome(
    String run,
    RunState.State state,
    List<Problem> problems,
    List<String> left,
    boolean stopped,
    boolean touched,
    int warnings,
    Map<String, Map<String, String>> announced) {

  /**
   * The exit code: 0 done; 5 something is left; 130 stopped; 124 timed out; 2, 3, 6 when refused
   * before anything was touched; else 4, failed and fully undone.
   */
  public int exitCode() {
    if (problems.isEmpty() && left.isEmpty()) {
      return 0;
    }
    if (!left.isEmpty() || state == RunState.State.FAILED) {
      return 5;
    }
    if (stopped) {
      return 130;
    }
    Kind kind = problems.getFirst().kind();
    return switch (kind) {
      case TIMEOUT, INTERNAL -> kind.exitCode();
      case INPUT, HOST, LOCKED -> touched ? Kind.WORK.exitCode() : kind.exitCode();
      case WORK -> kind.exitCode();
    };
  }
}
