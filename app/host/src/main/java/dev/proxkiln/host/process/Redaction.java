package dev.proxkiln.host.process;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Replaces secrets in text by {@code ***}; a secret of several lines is replaced line by line too.
 */
public final class Redaction {
  /** A shorter line of a long secret, such as a lone brace, would blank out innocent text. */
  private static final int SHORTEST_LINE = 6;

  private final List<String> secrets;

  /** A redaction of some secrets; blank ones are not heeded. */
  public Redaction(List<String> secrets) {
    this.secrets =
        secrets.stream()
            .flatMap(
                s ->
                    Stream.concat(Stream.of(s), s.lines().filter(l -> l.length() >= SHORTEST_LINE)))
            .filter(s -> !s.isBlank())
            .distinct()
            // The longest first, or a secret that holds another one would show its ends.
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
  }

  /** The text with every secret replaced. */
  public String apply(String text) {
    String clean = text;
    for (String secret : secrets) {
      clean = clean.replace(secret, "***");
    }
    return clean;
  }
}
