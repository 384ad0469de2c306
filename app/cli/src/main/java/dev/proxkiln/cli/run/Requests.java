package dev.proxkiln.cli.run;

import dev.proxkiln.core.event.Request;
import dev.proxkiln.core.run.Stop;
import dev.proxkiln.host.run.RequestFile;
import java.util.Optional;
import java.util.function.Consumer;

/** Heeds what other processes ask of a run that this process works on. */
final class Requests implements Runnable {
  /** How often it is looked for, in milliseconds. */
  static final long PERIOD = 200;

  private final RequestFile file;
  private final Stop stop;
  private final Consumer<Request> told;
  private Optional<Request> last = Optional.empty();

  /**
   * Requests to a run, a batch or the queue.
   *
   * @param told called with each request, once it is heeded
   */
  Requests(RequestFile file, Stop stop, Consumer<Request> told) {
    this.file = file;
    this.stop = stop;
    this.told = told;
  }

  /** Looks once. */
  @Override
  public synchronized void run() {
    Optional<Request> now = file.asked();
    if (now.isPresent() && !now.equals(last)) {
      stop.heed(now.get());
      told.accept(now.get());
    }
    last = now;
  }
}
