package dev.proxkiln.core.plan;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import java.util.List;

/** How to take a step back. Undoing what is not there is done already. */
public sealed interface Undo {

  /**
   * A call that takes it back.
   *
   * @param call what to call
   * @param there whether there is anything to take back; when not, this undo is done
   * @param ours proof that this run made it; when it fails, nothing is touched and the call is
   *     listed for the user
   */
  record Api(PveCall call, Probe there, Probe ours) implements Undo {}

  /** Deletes a file that the step wrote. */
  record DeleteFile(Text path) implements Undo {}

  /**
   * Runs a command on the machine that proxkiln runs on. It must do no harm where there is nothing
   * to take back, and name nothing that is not this run's own.
   */
  record Command(List<Text> argv) implements Undo {
    public Command {
      argv = List.copyOf(argv);
    }

    /** Removes a file or folder of this machine with all that is in it. */
    public static Command removing(Text path) {
      return new Command(List.of(Text.of("rm"), Text.of("-rf"), Text.of("--"), path));
    }
  }

  /** Drops a half-finished download; the finished image stays in the cache. */
  record DropPartial(Fetch fetch) implements Undo {}
}
