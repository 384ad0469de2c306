package dev.proxkiln.sandbox.guest;

import dev.proxkiln.sandbox.access.Access;
import dev.proxkiln.sandbox.access.Caller;
import dev.proxkiln.sandbox.boot.IsoWriter;
import dev.proxkiln.sandbox.boot.Machines;
import dev.proxkiln.sandbox.contract.Contract;
import dev.proxkiln.sandbox.fault.Faults;
import dev.proxkiln.sandbox.storage.Storages;
import dev.proxkiln.sandbox.task.Task;
import dev.proxkiln.sandbox.task.Tasks;
import java.time.Duration;

/**
 * What every operation on the guests of one node works with.
 *
 * @param cluster this node and the others
 */
public record Parts(
    Cluster cluster,
    Contract contract,
    Guests guests,
    Pools pools,
    Storages storages,
    Access access,
    Tasks tasks,
    Faults faults,
    Machines machines,
    IsoWriter isoWriter) {

  /** How long changes wait for a guest's lock. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** How long tasks wait for a lock that nobody should hold. */
  static final Duration SHORT_PATIENCE = Duration.ofSeconds(1);

  Schema schema() {
    return new Schema(contract);
  }

  /** Starts a task, with the troubles that are planned for its type. */
  public String task(String type, String id, Caller caller, Tasks.Work work) {
    Task task =
        tasks.start(
            type,
            id,
            caller.id(),
            running -> {
              Duration delay = faults.delayOf(type);
              pause(delay);
              work.run(running);
              faults.takeWarning(type).ifPresent(running::warn);
            });
    return task.upid().toString();
  }

  /** A stopped task still begins its work, which then cleans up after itself as it always does. */
  private static void pause(Duration delay) {
    if (!delay.isZero()) {
      try {
        Thread.sleep(delay);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
