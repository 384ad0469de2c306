package dev.proxkiln.core.module;

import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One thing that was looked at, on the target or on this machine.
 *
 * @param about what was looked at, for example {@code storage local}
 * @param state how it is
 * @param what what was found, one sentence
 * @param why what comes of it, or how it came about; may be empty
 * @param mend the command that mends it, empty where all is well; where no command can, what to do
 * @param step the same as a step, where it is safe: it takes nothing away and can be undone
 */
public record Finding(
    String about, State state, String what, String why, String mend, Optional<Step> step) {

  /** How a thing is. */
  public enum State {
    /** As it should be. */
    OK,
    /** It works, but some of it does not, or will not for long. */
    WARNING,
    /** It does not work. */
    BAD
  }

  /** All is well. */
  public static Finding ok(String about, String what) {
    return new Finding(about, State.OK, what, "", "", Optional.empty());
  }

  /** It works, with limits. */
  public static Finding warning(String about, String what, String mend) {
    return new Finding(about, State.WARNING, what, "", mend, Optional.empty());
  }

  /** It does not work. */
  public static Finding bad(String about, String what, String mend) {
    return new Finding(about, State.BAD, what, "", mend, Optional.empty());
  }

  /** Something that cannot be looked at, or not used, because of a problem. */
  public static Finding of(String about, State state, Problem problem) {
    return new Finding(
        about, state, problem.what(), problem.why(), problem.next(), Optional.empty());
  }

  /** The same finding with what comes of it, or how it came about. */
  public Finding because(String reason) {
    return new Finding(about, state, what, reason, mend, step);
  }

  /** The same finding with the step that mends it. */
  public Finding mendedBy(Step safe) {
    return new Finding(about, state, what, why, mend, Optional.of(safe));
  }

  /** The columns for people. */
  public static List<Query.Column> columns() {
    return List.of(
        new Query.Column("About", "about"),
        new Query.Column("State", "state"),
        new Query.Column("Finding", "finding"),
        new Query.Column("Mend", "mend"));
  }

  /**
   * The row: {@code about}, {@code state}, {@code finding}, {@code why}, {@code mend}, {@code
   * safe}.
   */
  public Map<String, Object> row() {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("about", about);
    row.put("state", state.name().toLowerCase(Locale.ROOT));
    row.put("finding", what);
    row.put("why", why);
    row.put("mend", mend);
    row.put("safe", step.isPresent());
    return row;
  }
}
