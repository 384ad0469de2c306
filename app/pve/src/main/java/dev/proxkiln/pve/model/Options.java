package dev.proxkiln.pve.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A property string taken apart: {@code value,key=value,...}, where one key may go without its
 * name.
 */
final class Options {
  private final LinkedHashMap<String, String> left = new LinkedHashMap<>();

  private Options() {}

  /**
   * Reads a property string; empty parts are skipped, as PVE does.
   *
   * @param defaultKey the key of a part without {@code =}
   */
  static Options parse(String text, String defaultKey) {
    Options options = new Options();
    for (String raw : text.split(",", -1)) {
      String part = raw.strip();
      if (part.isEmpty()) {
        continue;
      }
      int equals = part.indexOf('=');
      if (equals == 0) {
        throw new IllegalArgumentException("'" + part + "' has no key");
      }
      String key = equals < 0 ? defaultKey : part.substring(0, equals);
      String value = equals < 0 ? part : part.substring(equals + 1);
      if (options.left.putIfAbsent(key, value) != null) {
        throw new IllegalArgumentException("'" + key + "' is there twice in '" + text + "'");
      }
    }
    return options;
  }

  Optional<String> take(String key) {
    return Optional.ofNullable(left.remove(key));
  }

  boolean flag(String key) {
    return take(key).map(Grammar::flag).orElse(false);
  }

  /** What nobody took, in the order read. */
  SequencedMap<String, String> rest() {
    return keep(left);
  }

  /** The keys that nobody took. */
  Iterable<String> keys() {
    return left.keySet();
  }

  /** An unchangeable copy that keeps its order. */
  static SequencedMap<String, String> keep(Map<String, String> more) {
    return Collections.unmodifiableSequencedMap(new LinkedHashMap<>(more));
  }

  /** Writes a property string. */
  static final class Writer {
    private final StringBuilder out = new StringBuilder();

    /** A part without a key. */
    Writer bare(String value) {
      if (value.indexOf(',') >= 0 || value.indexOf('\n') >= 0) {
        throw new IllegalArgumentException("a comma cannot be part of '" + value + "'");
      }
      out.append(out.isEmpty() ? "" : ",").append(value);
      return this;
    }

    Writer with(String key, String value) {
      if (value.isEmpty()) {
        throw new IllegalArgumentException("'" + key + "' is empty");
      }
      return bare(key + "=" + value);
    }

    Writer with(String key, Optional<String> value) {
      value.ifPresent(text -> with(key, text));
      return this;
    }

    /** {@code key=1}, or nothing. */
    Writer flag(String key, boolean set) {
      return set ? with(key, "1") : this;
    }

    Writer all(Map<String, String> more) {
      more.forEach(this::with);
      return this;
    }

    @Override
    public String toString() {
      return out.toString();
    }
  }
}
