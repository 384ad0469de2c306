package dev.proxkiln.core.field;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Raw settings with their origins; immutable. Lists are one text with a line for each entry.
 *
 * @param entries key to value
 */
public record Values(SortedMap<String, Value> entries) {

  /**
   * A raw value.
   *
   * @param raw the text as given
   * @param origin where it came from
   */
  public record Value(String raw, Origin origin) {}

  private static final Values NONE = new Values(new TreeMap<>());

  public Values {
    entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
  }

  /** No values. */
  public static Values none() {
    return NONE;
  }

  /** Values that all come from one place. */
  public static Values of(Map<String, String> raw, Origin origin) {
    TreeMap<String, Value> entries = new TreeMap<>();
    raw.forEach((key, text) -> entries.put(key, new Value(text, origin)));
    return new Values(entries);
  }

  /** These values with another layer on top: the one merge rule. */
  public Values overlay(Values stronger) {
    TreeMap<String, Value> merged = new TreeMap<>(entries);
    merged.putAll(stronger.entries);
    return new Values(merged);
  }

  /** These values with one more on top. */
  public Values with(String key, String raw, Origin origin) {
    return overlay(of(Map.of(key, raw), origin));
  }

  public Optional<Value> find(String key) {
    return Optional.ofNullable(entries.get(key));
  }
}
