package dev.proxkiln.cli.outside;

import dev.proxkiln.core.run.Stop;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hands a signal on to the run that is under way. */
public final class Interrupts {
  private final AtomicReference<@Nullable Stop> running = new AtomicReference<>();
  private final Consumer<Interrupts> arm;
  private volatile int exitCode;
  private volatile String said = "";

  /**
   * Nothing is under way yet.
   *
   * @param arm called when a run begins, to have signals sent here; before that the platform's own
   *     way of ending is right
   */
  public Interrupts(Consumer<Interrupts> arm) {
    this.arm = arm;
  }

  /** A run begins; its stop is the one to ask. */
  public Stop begin() {
    return begin("Stopping. The same again leaves at once.");
  }

  /**
   * Something that can be stopped begins.
   *
   * @param answer what is said when it is asked to stop
   */
  public Stop begin(String answer) {
    said = answer;
    Stop stop = new Stop();
    running.set(stop);
    arm.accept(this);
    return stop;
  }

  /** Nothing is under way any more. */
  public void end() {
    running.set(null);
  }

  /**
   * Asks the run to stop.
   *
   * @param code exit code that tells of the signal
   * @return whether there is a run, and this is the first time it is asked
   */
  public boolean ask(int code) {
    Stop stop = running.get();
    if (stop == null || stop.asked()) {
      return false;
    }
    exitCode = code;
    stop.ask();
    return true;
  }

  /** What to say to the first signal. */
  public String said() {
    return said;
  }

  /** The exit code of the signal that stopped the run, 130 where none did. */
  public int exitCode() {
    return exitCode == 0 ? 130 : exitCode;
  }
}
