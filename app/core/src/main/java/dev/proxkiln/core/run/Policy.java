package dev.proxkiln.core.run;

/** What to do when a step fails. */
public enum Policy {
  /** Take everything back. */
  UNDO,
  /** Leave what is there; the run can be resumed or undone later. */
  KEEP
}
