package dev.proxkiln.core.facts;

/** How the node is reached. */
public enum TargetKind {
  /** No target: schemas and help only. */
  NONE,
  /** The embedded sandbox node on this machine. */
  SANDBOX,
  /** This machine is the node; calls go through {@code pvesh} as root. */
  LOCAL,
  /** A node elsewhere, by its REST API. */
  REST,
  /** A node elsewhere, by {@code pvesh} over ssh. */
  SSH;

  /** Whether a path on this machine is the same file for the node. */
  public boolean sharesFiles() {
    return this == SANDBOX || this == LOCAL;
  }
}
