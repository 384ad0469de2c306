package dev.proxkiln.core.problem;

/** What sort of trouble a problem is; decides the exit code when nothing was left behind. */
public enum Kind {
  /** An error in proxkiln itself. */
  INTERNAL(1),
  /** Input is not valid or missing. */
  INPUT(2),
  /** The host or node is not fit: not root, not PVE, no space, no quorum. */
  HOST(3),
  /** Work failed: a download, a task, a check. */
  WORK(4),
  /** Another run holds the lock. */
  LOCKED(6),
  /** A deadline passed. */
  TIMEOUT(124);

  private final int exitCode;

  Kind(int exitCode) {
    this.exitCode = exitCode;
  }

  /** The process exit code, 1 to 124, for this kind when nothing is left behind. */
  public int exitCode() {
    return exitCode;
  }
}
