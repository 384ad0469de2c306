package dev.proxkiln.cli.run;

import dev.proxkiln.core.run.Checkpoint;
import java.util.Locale;
import java.util.Map;

/** Kills the process at a chosen point of a run, for tests of resume and undo. */
final class Crash {
  private static final String VARIABLE = "PROXKILN_CRASH_AT";

  private Crash() {}

  /**
   * A checkpoint that halts with exit code 137 where {@code PROXKILN_CRASH_AT} says, for example
   * {@code create:after}; goes on everywhere else.
   */
  static Checkpoint checkpoint(Map<String, String> environment) {
    String at = environment.getOrDefault(VARIABLE, "");
    return at.isEmpty()
        ? Checkpoint.NONE
        : (step, moment) -> {
          if (at.equals(step + ":" + moment.name().toLowerCase(Locale.ROOT))) {
            Runtime.getRuntime().halt(137);
          }
        };
  }
}
