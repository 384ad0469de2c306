package dev.proxkiln.config;

import java.util.Map;

/**
 * A value in a YAML file, as the user wrote it.
 *
 * @param line where it stands, 1 for the first
 */
sealed interface Entry {
  int line();

  /**
   * One value: the text as written, so that {@code 24.10} stays {@code 24.10}; lists a line each.
   */
  record Raw(String text, int line) implements Entry {}

  /** Keys below a key. */
  record Section(Map<String, Entry> entries, int line) implements Entry {}

  /** A shape that no setting has: a list of lists, or of maps with maps in them. */
  record Odd(int line) implements Entry {}
}
