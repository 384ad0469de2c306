package dev.proxkiln.config;

import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;

/** Where in a text a reader stumbled, in words. */
final class Place {
  private Place() {}

  static String of(JacksonException problem) {
    TokenStreamLocation at = problem.getLocation();
    return at == null || at.getLineNr() < 1
        ? "somewhere"
        : "line " + at.getLineNr() + ", column " + Math.max(1, at.getColumnNr());
  }
}
