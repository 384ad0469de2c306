package dev.proxkiln.core.view;

import java.util.Locale;

/** Where a run stands, for people. */
public enum Phase {
  /** Nothing of it has begun. */
  WAITING,
  RUNNING,
  /** It was asked to pause, and still works on a step. */
  PAUSING,
  /** It waits before a step until it is asked to go on. */
  PAUSED,
  /** It was asked to stop, and still works on a step. */
  STOPPING,
  /** It takes back what it made. */
  UNDOING,
  /** It was stopped, or its process is gone; it can be resumed. */
  STOPPED,
  /** A step failed and what was made is still there; it can be resumed. */
  FAILED,
  DONE,
  /** Everything was taken back. */
  UNDONE,
  /** Taken back except for what is listed. */
  LEFT;

  /** Whether a process works on it, or should. */
  public boolean live() {
    return switch (this) {
      case RUNNING, PAUSING, PAUSED, STOPPING, UNDOING -> true;
      case WAITING, STOPPED, FAILED, DONE, UNDONE, LEFT -> false;
    };
  }

  /** Whether it can be gone on with. */
  public boolean resumable() {
    return switch (this) {
      case WAITING, STOPPED, FAILED -> true;
      case RUNNING, PAUSING, PAUSED, STOPPING, UNDOING, DONE, UNDONE, LEFT -> false;
    };
  }

  /** The word of it, lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
