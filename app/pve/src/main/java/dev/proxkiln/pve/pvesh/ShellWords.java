package dev.proxkiln.pve.pvesh;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Quotes words for a POSIX shell (POSIX.1-2024, XCU 2.2): ssh joins its arguments with spaces and
 * the shell on the other side takes them apart again.
 */
final class ShellWords {
  private ShellWords() {}

  /** Characters that no shell gives a meaning, anywhere in a word. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+,-]+");

  /** The words as text that a POSIX shell reads back as exactly these words. */
  static String quote(List<String> words) {
    return words.stream().map(ShellWords::quote).collect(Collectors.joining(" "));
  }

  /**
   * One word: in single quotes, where only the single quote itself has a meaning.
   *
   * @throws IllegalArgumentException for a NUL, which no argument can hold
   */
  static String quote(String word) {
    if (word.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a NUL cannot be part of an argument");
    }
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
