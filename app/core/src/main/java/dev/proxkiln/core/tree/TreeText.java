package dev.proxkiln.core.tree;

import org.jspecify.annotations.Nullable;

/** Turns a tree into text and back; implemented with a JSON library outside core. */
public interface TreeText {

  /** The tree on one line, keys in the map's own order. */
  String line(@Nullable Object tree);

  /** The tree for people to read, indented by two, ending with a newline. */
  String pretty(@Nullable Object tree);

  /**
   * Reads one tree: maps, lists, strings, numbers, booleans, null.
   *
   * @throws IllegalArgumentException when the text is not well-formed; the message says where
   */
  @Nullable Object read(String text);
}
