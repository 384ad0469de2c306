package dev.proxkiln.template.catalogue;

import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Nearest;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.tree.Tree;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Reads the keys of one map of a catalogue file. It remembers which keys were asked for, so that
 * every other key can be reported, and gives a stand-in for what is wrong, so that reading goes on
 * to find everything that is wrong.
 */
final class Entry {

  private static final Type<Long> SIZE = Type.size("G", 1, 1L << 50, 1);

  private final String where;
  private final Map<String, Object> own;
  private final Map<String, Object> shared;
  private final Consumer<String> faults;
  private final Set<String> known = new LinkedHashSet<>();

  /**
   * A reader.
   *
   * @param where for messages, for example {@code images 'debian-12'}
   * @param tree the map; anything else is reported
   * @param shared what stands in for keys that the map has not
   * @param faults is told what is wrong
   */
  Entry(String where, Object tree, Map<String, Object> shared, Consumer<String> faults) {
    this.where = where;
    this.own = Tree.map(tree, "");
    this.shared = shared;
    this.faults = faults;
    if (!(tree instanceof Map)) {
      faults.accept(where + " is no map of keys and values");
    }
  }

  /** The keys that were asked for. */
  Set<String> known() {
    return known;
  }

  void fault(String what) {
    faults.accept(where + ": " + what);
  }

  Optional<Object> find(String key) {
    known.add(key);
    return Optional.ofNullable(own.get(key)).or(() -> Optional.ofNullable(shared.get(key)));
  }

  Optional<String> text(String key) {
    return find(key)
        .filter(
            value -> {
              boolean scalar = value instanceof String;
              if (!scalar) {
                fault("'" + key + "' is no plain text");
              }
              return scalar;
            })
        .map(Tree::text)
        .filter(text -> !text.isBlank());
  }

  String text(String key, String fallback) {
    return text(key).orElse(fallback);
  }

  /** Text that must be there. */
  String needed(String key) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      fault("'" + key + "' is missing");
    }
    return text.orElse("");
  }

  /** One of the given words. */
  String word(String key, String fallback, String... words) {
    String text = text(key, fallback);
    if (!List.of(words).contains(text)) {
      fault("'" + key + "' is '" + text + "', which is not one of: " + String.join(", ", words));
      return fallback.isEmpty() ? words[0] : fallback;
    }
    return text;
  }

  boolean flag(String key, boolean fallback) {
    return word(key, Boolean.toString(fallback), "true", "false").equals("true");
  }

  Optional<Long> size(String key) {
    return parsed(key, SIZE.parse());
  }

  Optional<LocalDate> date(String key) {
    return parsed(
        key,
        text -> {
          try {
            return LocalDate.parse(text);
          } catch (DateTimeParseException e) {
            throw new BadValue("is not a date like 2026-06-30", "");
          }
        });
  }

  private <T> Optional<T> parsed(String key, Function<String, T> parse) {
    return text(key)
        .flatMap(
            text -> {
              try {
                return Optional.of(parse.apply(text));
              } catch (BadValue e) {
                fault("'" + key + "' is '" + text + "', which " + e.why());
                return Optional.empty();
              }
            });
  }

  List<String> texts(String key) {
    return find(key).map(list -> Tree.list(list, "")).orElse(List.of()).stream()
        .map(Tree::text)
        .toList();
  }

  List<?> list(String key) {
    return find(key).map(list -> Tree.list(list, "")).orElse(List.of());
  }

  /** A map inside this one, where there is one. */
  Optional<Entry> entry(String key) {
    return find(key).map(tree -> new Entry(where + ", '" + key + "'", tree, Map.of(), faults));
  }

  /** Reports every key that was not asked for. */
  void close() {
    close(known);
  }

  /** Reports every key that is none of these. */
  void close(Set<String> known) {
    for (String key : own.keySet()) {
      if (!known.contains(key)) {
        fault(
            "unknown key '"
                + key
                + "'"
                + Nearest.to(key, known).map(near -> " (did you mean '" + near + "'?)").orElse(""));
      }
    }
  }
}
