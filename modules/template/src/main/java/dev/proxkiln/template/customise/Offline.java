package dev.proxkiln.template.customise;

import dev.proxkiln.template.part.Draft;
import java.util.List;

/**
 * A customisation of a copy of the image.
 *
 * @param wish what is done
 * @param tool what does it
 * @param size bytes that the disk will have in the end; the copy grows to it
 * @param leftOut packages of a category or preset that the distribution lacks
 */
public record Offline(Customisation wish, Tool tool, long size, List<String> leftOut) {
  public Offline {
    leftOut = List.copyOf(leftOut);
  }

  /** Adds the steps of an offline customisation. */
  @FunctionalInterface
  public interface Planner {
    void plan(Offline offline, Draft draft);
  }
}
