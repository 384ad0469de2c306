package dev.proxkiln.template.preflight;

import dev.proxkiln.core.plan.Step;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One thing that was looked at.
 *
 * @param about what was looked at, for example {@code storage local}
 * @param state how it is
 * @param what what was found, one sentence
 * @param mend the command that mends it, empty where all is well or where no command can
 * @param step the same as a step, where it is safe: it takes nothing away and can be undone
 */
record Finding(String about, State state, String what, String mend, Optional<Step> step) {

  /** How a thing is. */
  enum State {
    /** As it should be. */
    OK,
    /** Some settings will not work. */
    WARNING,
    /** Templates cannot be made. */
    BAD
  }

  static Finding ok(String about, String what) {
    return new Finding(about, State.OK, what, "", Optional.empty());
  }

  static Finding warning(String about, String what, String mend) {
    return new Finding(about, State.WARNING, what, mend, Optional.empty());
  }

  static Finding bad(String about, String what, String mend) {
    return new Finding(about, State.BAD, what, mend, Optional.empty());
  }

  /** The same finding with the step that mends it. */
  Finding mendedBy(Step safe) {
    return new Finding(about, state, what, mend, Optional.of(safe));
  }

  /** The row: {@code about}, {@code state}, {@code finding}, {@code mend}, {@code safe}. */
  Map<String, Object> row() {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("about", about);
    row.put("state", state.name().toLowerCase(Locale.ROOT));
    row.put("finding", what);
    row.put("mend", mend);
    row.put("safe", step.isPresent());
    return row;
  }
}
