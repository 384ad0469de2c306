package dev.proxkiln.template.cloudinit;

import java.util.List;
import java.util.Map;

/**
 * A YAML text, read.
 *
 * @param tree maps, lists, texts, numbers, truth values, bytes; an empty map when there is nothing
 *     or too much is wrong
 * @param lines line of each thing by its JSON pointer
 * @param faults what is wrong with it as YAML
 */
public record Document(Object tree, Map<String, Integer> lines, List<Fault> faults) {
  public Document {
    lines = Map.copyOf(lines);
    faults = List.copyOf(faults);
  }

  /** The line of what a JSON pointer names, or of what is around it; 0 where there is none. */
  public int line(String pointer) {
    String at = pointer;
    while (!at.isEmpty() && !lines.containsKey(at)) {
      at = at.substring(0, at.lastIndexOf('/'));
    }
    return lines.getOrDefault(at, 0);
  }
}
