package dev.proxkiln.pve.wire;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.proxkiln.core.call.Verb;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.pve.problem.PveSlug;
import dev.proxkiln.pve.task.Tasks;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a call again when it surely started nothing, and never otherwise. */
public final class Resend {
  private Resend() {}

  private static final Logger LOG = LoggerFactory.getLogger(Resend.class);

  private static final int MORE = 4;

  /** A failure of a call that surely started nothing. */
  public static final class StartedNothing extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient ProblemException problem;

    public StartedNothing(ProblemException problem) {
      super(problem);
      this.problem = problem;
    }

    /** The failure itself. */
    public ProblemException problem() {
      return problem;
    }
  }

  /**
   * Sends a call, and again up to four times after {@link StartedNothing}, with a growing pause.
   *
   * @param backOff the first pause; it grows to ten times that
   * @throws ProblemException what the last try failed with
   */
  public static <T> T sending(ResolvedCall call, Duration backOff, Supplier<T> once) {
    RetryPolicy<T> policy =
        RetryPolicy.<T>builder()
            .handle(StartedNothing.class)
            .withMaxRetries(MORE)
            .withBackoff(backOff, backOff.multipliedBy(10))
            .withJitter(0.2)
            .onRetry(event -> LOG.info("sending {} again", call))
            .build();
    try {
      return Failsafe.with(policy).get(once::get);
    } catch (StartedNothing e) {
      throw e.problem;
    } catch (FailsafeException e) {
      if (e.getCause() instanceof InterruptedException interrupted) {
        throw Tasks.stopped(call.verb() + " " + call.path(), interrupted);
      }
      throw e;
    }
  }

  /**
   * Whether a problem is a lock that was missed before any work: that of the guest's configuration,
   * which every call takes first, and the cluster's lock of a storage where the work would have
   * been a task. A synchronous change of several disks may have done some of its work by then.
   */
  public static boolean missedALock(ResolvedCall call, Problem problem) {
    if (!problem.slug().equals(PveSlug.LOCK_TIMEOUT.text())) {
      return false;
    }
    return call.verb().reads()
        || problem.why().contains("can't lock file '/var/lock/qemu-server/")
        || problem.why().contains("can't lock file '/run/lock/lxc/")
        || (call.verb() == Verb.POST && problem.why().contains("cfs-lock"));
  }
}
