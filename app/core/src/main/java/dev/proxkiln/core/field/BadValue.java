package dev.proxkiln.core.field;

/** Thrown by parsing: the reason, and what would be right. */
public final class BadValue extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String next;

  /**
   * A refusal.
   *
   * @param why completes "'x' ...", for example {@code is not a whole number}
   * @param next what to give instead, as an instruction
   */
  public BadValue(String why, String next) {
    super(why, null, false, false);
    this.next = next;
  }

  /** The reason; completes "'x' ...". */
  public String why() {
    return String.valueOf(getMessage());
  }

  /** What to give instead. */
  public String next() {
    return next;
  }
}
