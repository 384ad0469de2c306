package dev.proxkiln.ui;

import dev.proxkiln.core.tree.Tree;
import java.util.List;
import java.util.Map;

/** One thing as lines of name and value, indented where a value has parts. */
public final class Pairs {
  private Pairs() {}

  /** The lines of a tree. */
  public static String text(Object tree, Look look) {
    StringBuilder out = new StringBuilder();
    write(out, tree, "", look);
    return out.toString();
  }

  private static void write(StringBuilder out, Object tree, String indent, Look look) {
    switch (tree) {
      case Map<?, ?> map -> {
        int widest =
            map.entrySet().stream()
                .filter(entry -> !nested(entry.getValue()))
                .mapToInt(entry -> String.valueOf(entry.getKey()).length())
                .max()
                .orElse(0);
        map.forEach((key, value) -> pair(out, String.valueOf(key), value, indent, widest, look));
      }
      case List<?> list -> {
        for (Object item : list) {
          if (nested(item)) {
            StringBuilder inner = new StringBuilder();
            write(inner, item, indent + "  ", look);
            // The first line of an entry carries its dash.
            int at = indent.length();
            out.append(inner.length() > at ? inner.replace(at, at + 1, "-") : inner);
          } else {
            out.append(indent).append("- ").append(look.fit(Tree.text(item))).append('\n');
          }
        }
      }
      default -> out.append(indent).append(look.fit(Tree.text(tree))).append('\n');
    }
  }

  private static void pair(
      StringBuilder out, String key, Object value, String indent, int widest, Look look) {
    if (nested(value)) {
      out.append(indent).append(key).append(":\n");
      write(out, value, indent + "  ", look);
      return;
    }
    String text =
        value instanceof List<?> words
            ? String.join(", ", words.stream().map(Tree::text).toList())
            : Tree.text(value);
    String name = indent + key + ": " + " ".repeat(Math.max(0, widest - key.length()));
    List<String> lines = text.lines().toList();
    out.append((name + (lines.isEmpty() ? "" : look.fit(lines.getFirst()))).stripTrailing());
    out.append('\n');
    String under = indent + " ".repeat(widest + 2);
    lines.stream().skip(1).forEach(line -> out.append(under).append(look.fit(line)).append('\n'));
  }

  /** Whether a value needs lines of its own; a list of words does not. */
  private static boolean nested(Object value) {
    return value instanceof Map
        || (value instanceof List<?> list
            && list.stream().anyMatch(item -> item instanceof Map || item instanceof List));
  }
}
