package dev.proxkiln.ui.run;

import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.ui.screen.Errands;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a page reads again at each pulse, one read at a time however long it takes. */
final class Reading {
  private boolean underWay;

  /** Reads beside the page; does nothing before the page is shown, or while it reads already. */
  <T> void start(
      @Nullable Errands beside,
      Supplier<T> source,
      Consumer<T> found,
      Consumer<List<Problem>> failed) {
    if (beside == null || underWay) {
      return;
    }
    underWay = true;
    beside.run(
        source,
        now -> {
          underWay = false;
          found.accept(now);
        },
        problems -> {
          underWay = false;
          failed.accept(problems);
        });
  }
}
