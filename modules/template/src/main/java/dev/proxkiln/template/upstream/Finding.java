package dev.proxkiln.template.upstream;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One thing that was found out.
 *
 * @param about {@code address}, {@code checksum}, {@code signature}, {@code dated-build} or {@code
 *     newest}
 * @param weight how bad it is
 * @param text a sentence without a full stop
 */
record Finding(String about, Weight weight, String text) {

  /** How bad it is; the last is the worst. */
  enum Weight {
    /** As the catalogue says. */
    FINE,
    /** Worth knowing. */
    NOTE,
    /** Works today; the catalogue should be changed. */
    STALE,
    /** A template cannot be made of it now. */
    BROKEN;

    String word() {
      return this == FINE ? "ok" : name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("about", about);
    tree.put("result", weight.word());
    tree.put("says", text);
    return tree;
  }
}
