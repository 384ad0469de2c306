package dev.proxkiln.core.problem;

/** The problems that core itself raises. */
public enum CoreSlug implements Slug {
  /** A value of a setting cannot be read or breaks its rule. */
  INVALID_VALUE(Kind.INPUT),
  /** A setting that has no default was not given. */
  MISSING_VALUE(Kind.INPUT),
  /** A key that no setting has. */
  UNKNOWN_SETTING(Kind.INPUT),
  /** No settings are kept under that name, or not in that version. */
  DEFINITION_UNKNOWN(Kind.INPUT),
  /** A plan file that cannot be read, has another format version, or was changed by hand. */
  PLAN_UNREADABLE(Kind.INPUT),
  /** A run that does not exist, or cannot be resumed or undone in its state. */
  RUN_STATE(Kind.INPUT),
  /** Another process works on the same run. */
  RUN_LOCKED(Kind.LOCKED),
  /** A command of the plan ended with an error. */
  COMMAND_FAILED(Kind.WORK),
  /** An awaited state did not come before its deadline. */
  DEADLINE_PASSED(Kind.TIMEOUT),
  /** Undo found something that does not carry this run's mark, and left it. */
  NOT_OURS(Kind.WORK),
  /** The user stopped the run. */
  STOPPED(Kind.WORK),
  /** A bug in proxkiln. */
  UNEXPECTED(Kind.INTERNAL);

  private final Kind kind;

  CoreSlug(Kind kind) {
    this.kind = kind;
  }

  @Override
  public Kind kind() {
    return kind;
  }
}
