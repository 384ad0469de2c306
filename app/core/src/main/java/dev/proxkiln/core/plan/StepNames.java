package dev.proxkiln.core.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Renames steps, so that several lists of steps can stand in one plan. */
public final class StepNames {
  private StepNames() {}

  /**
   * The same steps with a prefix before every ID, and before every use of their outputs. What they
   * take from steps that are not in the list, and from the run itself, stays.
   *
   * @param prefix lower case, usually with a dash at its end
   */
  public static List<Step> prefixed(String prefix, List<Step> steps) {
    Set<String> own = steps.stream().map(Step::id).collect(Collectors.toSet());
    return steps.stream()
        .map(
            step -> {
              Map<String, Object> tree = new LinkedHashMap<>(PlanTree.tree(step));
              tree.replaceAll((key, value) -> renamed(prefix, own, value));
              tree.put("id", prefix + step.id());
              tree.computeIfPresent(
                  "retry-from", (key, from) -> own.contains(from) ? prefix + from : from);
              return PlanTree.step(tree);
            })
        .toList();
  }

  private static Object renamed(String prefix, Set<String> own, Object tree) {
    return switch (tree) {
      case List<?> list -> list.stream().map(item -> part(prefix, own, item)).toList();
      case Map<?, ?> map -> {
        Map<Object, Object> out = new LinkedHashMap<>();
        map.forEach((key, value) -> out.put(key, renamed(prefix, own, value)));
        yield out;
      }
      default -> tree;
    };
  }

  /** A part of a text that is an output stands as the only entry of a map in a list. */
  private static Object part(String prefix, Set<String> own, Object item) {
    if (item instanceof Map<?, ?> map
        && map.size() == 1
        && map.get("output") instanceof String reference
        && own.contains(reference.substring(0, Math.max(0, reference.indexOf('.'))))) {
      return Map.of("output", prefix + reference);
    }
    return renamed(prefix, own, item);
  }
}
