package dev.proxkiln.core.tree;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tolerant reading of plain trees: maps with string keys, lists, strings, numbers, booleans, null.
 *
 * <p>A path is a chain of keys joined by dots; {@code [key=value]} picks the first list entry whose
 * key has that value and {@code [3]} the entry with that index, for example {@code
 * [type=cluster].quorate} or {@code result[0].name}. Keys that hold a dot cannot be reached.
 */
public final class Tree {
  private Tree() {}

  /** The value at a path, empty where it is missing or null. An empty path is the tree itself. */
  public static Optional<Object> at(@Nullable Object tree, String path) {
    @Nullable Object here = tree;
    for (String part : path.isEmpty() ? new String[0] : path.replace("[", ".[").split("\\.", -1)) {
      if (part.isEmpty()) {
        continue;
      }
      here =
          part.startsWith("[")
              ? entry(here, part.substring(1, part.length() - 1))
              : child(here, part);
      if (here == null) {
        return Optional.empty();
      }
    }
    return Optional.ofNullable(here);
  }

  private static @Nullable Object child(@Nullable Object tree, String key) {
    return tree instanceof Map<?, ?> map ? map.get(key) : null;
  }

  private static @Nullable Object entry(@Nullable Object tree, String selector) {
    if (!(tree instanceof List<?> list)) {
      return null;
    }
    int equals = selector.indexOf('=');
    if (equals < 0) {
      int index = Integer.parseInt(selector);
      return index < list.size() ? list.get(index) : null;
    }
    String key = selector.substring(0, equals);
    String wanted = selector.substring(equals + 1);
    for (Object item : list) {
      if (wanted.equals(text(child(item, key)))) {
        return item;
      }
    }
    return null;
  }

  /** A scalar as text: whole numbers without exponent or fraction, null as empty text. */
  public static String text(@Nullable Object scalar) {
    return switch (scalar) {
      case null -> "";
      case Double d when d == Math.rint(d) && Math.abs(d) < 1e18 -> Long.toString(d.longValue());
      case BigDecimal d -> d.stripTrailingZeros().toPlainString();
      default -> scalar.toString();
    };
  }

  /** The text at a path, empty text where it is missing. */
  public static String text(@Nullable Object tree, String path) {
    return at(tree, path).map(Tree::text).orElse("");
  }

  /**
   * The text that a selector picks: {@code PATH}, or {@code PATH ~ PATTERN} for the first group of
   * a regular expression that is found in the text at the path. Empty text where there is none.
   */
  public static String pick(@Nullable Object tree, String selector) {
    int tilde = selector.indexOf(" ~ ");
    if (tilde < 0) {
      return text(tree, selector);
    }
    Matcher matcher =
        Pattern.compile(selector.substring(tilde + 3))
            .matcher(text(tree, selector.substring(0, tilde)));
    String found = matcher.find() ? matcher.group(1) : null;
    return found == null ? "" : found;
  }

  /** The number at a path; accepts numbers sent as strings and scientific notation. */
  public static Optional<Long> number(@Nullable Object tree, String path) {
    return at(tree, path).map(Tree::text).filter(t -> !t.isBlank()).flatMap(Tree::parse);
  }

  private static Optional<Long> parse(String text) {
    try {
      return Optional.of(new BigDecimal(text.strip()).longValue());
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /**
   * The flag at a path: true, 1, "1", "yes", "on" and "true" are true; all else, and nothing,
   * false.
   */
  public static boolean flag(@Nullable Object tree, String path) {
    return switch (text(tree, path)) {
      case "1", "true", "yes", "on" -> true;
      default -> false;
    };
  }

  /** The list at a path, empty where it is missing or something else. */
  public static List<?> list(@Nullable Object tree, String path) {
    return at(tree, path).map(o -> o instanceof List<?> list ? list : List.of()).orElse(List.of());
  }

  /** The map at a path, empty where it is missing or something else. */
  @SuppressWarnings("unchecked") // keys of a tree's maps are strings by definition
  public static Map<String, Object> map(@Nullable Object tree, String path) {
    return at(tree, path)
        .map(o -> o instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.<String, Object>of())
        .orElse(Map.of());
  }
}
