package dev.proxkiln.host.fetch;

import java.time.Duration;

/**
 * How long a download waits, and how often it tries again.
 *
 * @param connect for a connection
 * @param stall for the next byte
 * @param tries attempts without a single new byte before it gives up
 * @param firstPause between the first two attempts; doubled each time, and up to a quarter more or
 *     less
 * @param longestPause between two attempts
 * @param lock for another run that downloads the same image
 */
public record Patience(
    Duration connect,
    Duration stall,
    int tries,
    Duration firstPause,
    Duration longestPause,
    Duration lock) {
  /**
   * 20 s for a connection, 60 s for a byte, six tries with pauses of 1 s to 30 s, 6 h for a lock.
   */
  public static final Patience USUAL =
      new Patience(
          Duration.ofSeconds(20),
          Duration.ofSeconds(60),
          6,
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          Duration.ofHours(6));

  /** For many small questions: 15 s for a connection, 20 s for a byte, two tries. */
  public static final Patience BRIEF =
      new Patience(
          Duration.ofSeconds(15),
          Duration.ofSeconds(20),
          2,
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          Duration.ofMinutes(1));
}
