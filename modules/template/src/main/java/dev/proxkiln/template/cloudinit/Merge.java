package dev.proxkiln.template.cloudinit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Two cloud-configs as one: maps are joined, lists follow each other without repeating an entry,
 * and where both say something else of one thing there is a conflict.
 *
 * @param tree both
 * @param conflicts the keys on which they differ, as in {@code apt.proxy}; the first one's value
 *     stands in the tree
 */
public record Merge(Map<String, @Nullable Object> tree, List<String> conflicts) {

  /** Joins; the entries of {@code first} come first. */
  public static Merge of(Map<?, ?> first, Map<?, ?> second) {
    List<String> conflicts = new ArrayList<>();
    return new Merge(join(first, second, "", conflicts), List.copyOf(conflicts));
  }

  private static Map<String, @Nullable Object> join(
      Map<?, ?> first, Map<?, ?> second, String outer, List<String> conflicts) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    first.forEach((key, value) -> all.put(String.valueOf(key), value));
    second.forEach(
        (name, value) -> {
          String key = String.valueOf(name);
          Object mine = all.get(key);
          if (mine == null) {
            all.put(key, value);
          } else if (mine instanceof Map<?, ?> a && value instanceof Map<?, ?> b) {
            all.put(key, join(a, b, outer + key + ".", conflicts));
          } else if (mine instanceof List<?> a && value instanceof List<?> b) {
            all.put(key, both(a, b));
          } else if (!Objects.equals(mine, value)) {
            conflicts.add(outer + key);
          }
        });
    return all;
  }

  private static List<@Nullable Object> both(List<?> first, List<?> second) {
    List<@Nullable Object> all = new ArrayList<>(first);
    second.stream().filter(item -> !first.contains(item)).forEach(all::add);
    return all;
  }
}
