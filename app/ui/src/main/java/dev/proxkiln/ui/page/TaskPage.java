package dev.proxkiln.ui.page;

import dev.proxkiln.ui.screen.Errands;
import dev.proxkiln.ui.screen.Frame;
import dev.proxkiln.ui.screen.Hint;
import dev.proxkiln.ui.screen.Key;
import dev.proxkiln.ui.screen.Next;
import dev.proxkiln.ui.screen.Page;
import dev.proxkiln.ui.screen.Sheet;
import dev.proxkiln.ui.screen.Size;
import java.util.List;
import java.util.function.Supplier;

/** What lies below the pages of a single command: when they are left, the program is. */
public final class TaskPage implements Page {
  private final Supplier<Page> task;
  private boolean begun;

  /**
   * The page below others.
   *
   * @param task gives the first of them
   */
  public TaskPage(Supplier<Page> task) {
    this.task = task;
  }

  @Override
  public void shown(Errands errands) {
    Next next = begun ? Next.leave(0) : Next.push(task.get());
    begun = true;
    errands.go(next);
  }

  @Override
  public Frame draw(Size size) {
    return new Sheet(size, "proxkiln", "").frame();
  }

  @Override
  public Next key(Key key) {
    return Next.stay();
  }

  @Override
  public List<Hint> hints() {
    return List.of();
  }
}
