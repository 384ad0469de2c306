package dev.proxkiln.core.event;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What somebody can ask of a run that is under way, from another process too. */
public enum Request {
  /** Wait before the next step. */
  PAUSE,
  /** Go on after a pause. */
  GO,
  /** Finish the step, then stop and keep what is there. */
  STOP,
  /** Stop in the middle of the step and keep what is there. */
  STOP_NOW;

  /** The word of it, for files: lower case with dashes. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The request of a word; empty for a word that is none. */
  public static Optional<Request> of(String word) {
    return Arrays.stream(values()).filter(request -> request.word().equals(word)).findFirst();
  }
}
