package dev.proxkiln.testkit;

/** A line that all answers of a server share: bytes wait for those that were sent before them. */
final class Line {
  static final Line ENDLESS = new Line(Long.MAX_VALUE);

  /** So much may be sent at once after a pause; without it every pause would be lost for good. */
  private static final long SLACK_NANOS = 20_000_000;

  private final long bytesPerSecond;
  private long freeAt = System.nanoTime();

  Line(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Takes the line for some bytes; gives the milliseconds to wait before they are sent. */
  synchronized long millisFor(int bytes) {
    if (bytesPerSecond == Long.MAX_VALUE) {
      return 0;
    }
    long now = System.nanoTime();
    freeAt = Math.max(freeAt, now - SLACK_NANOS) + bytes * 1_000_000_000L / bytesPerSecond;
    return Math.max(0, (freeAt - now) / 1_000_000);
  }
}
