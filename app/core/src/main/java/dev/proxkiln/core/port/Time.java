package dev.proxkiln.core.port;

import java.time.Duration;
import java.time.Instant;

/** The clock, and waiting. */
public interface Time {
  Instant now();

  /** Waits. */
  void sleep(Duration duration) throws InterruptedException;

  /** The machine's clock. */
  Time SYSTEM =
      new Time() {
        @Override
        public Instant now() {
          return Instant.now();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
          Thread.sleep(duration);
        }
      };
}
