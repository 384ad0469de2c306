package dev.proxkiln.ui.screen;

import dev.proxkiln.core.problem.Problem;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Work beside the keys: done elsewhere, its result is taken between two keys. */
public interface Errands {

  /**
   * Starts work.
   *
   * @param work runs on a thread of its own, touches no page
   * @param done takes the result; may change pages
   * @param failed takes what the work threw as problems; may change pages
   */
  <T> void run(Supplier<T> work, Consumer<T> done, Consumer<List<Problem>> failed);

  /** Moves on by itself, when called by a result that was taken. */
  void go(Next next);
}
