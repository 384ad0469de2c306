package dev.proxkiln.cli.problem;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** What exit codes mean. */
public final class ExitCodes {
  /** Of several things, some failed. */
  public static final int SOME_FAILED = 7;

  private ExitCodes() {}

  /** Code to sentence, for the manual, in the order of codes. */
  public static Map<String, String> meanings() {
    SequencedMap<String, String> codes = new LinkedHashMap<>();
    codes.put("0", "Done, or nothing was to be done.");
    codes.put("1", "An error in proxkiln itself.");
    codes.put("2", "Settings are wrong or missing, or consent is.");
    codes.put("3", "The machine or the node is not fit: rights, space, quorum.");
    codes.put("4", "The work failed, and what it had made was taken back.");
    codes.put("5", "The work failed, and something is left; it can be resumed or undone.");
    codes.put("6", "Another run holds the lock.");
    codes.put("7", "Of several things, some failed.");
    codes.put("8", "With apply --check: something is missing or differs.");
    codes.put("124", "A deadline passed.");
    codes.put("130, 143", "Stopped by Ctrl-C, or by a signal.");
    return codes;
  }
}
