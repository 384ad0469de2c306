package dev.proxkiln.ui.screen;

import java.util.List;

/**
 * One screen. All methods are called by one thread, one after the other, and none may wait: what
 * takes time is given to {@link Errands}.
 */
public interface Page {

  /** Draws it: depends on nothing but the page's state and the size. */
  Frame draw(Size size);

  /** Takes a key that the navigator has no use for itself. */
  Next key(Key key);

  /** What can be pressed now, the most important first: the last row and the help. */
  List<Hint> hints();

  /** Whether a text field has the keys, so that letters are text. */
  default boolean typing() {
    return false;
  }

  /** It is on top: at first, and again whenever a page above it went away. */
  default void shown(Errands errands) {}

  /** Once a second while it is on top: for what moves by itself. */
  default Next pulse() {
    return Next.stay();
  }

  /** Ctrl-C. */
  default Next interrupt() {
    return Next.leave(130);
  }

  /** Sentences for the help of this page, beside its keys. */
  default List<String> help() {
    return List.of();
  }
}
