package dev.proxkiln.ui.run;

import dev.proxkiln.core.event.Request;
import dev.proxkiln.ui.screen.Hint;
import dev.proxkiln.ui.screen.Ink;
import dev.proxkiln.ui.screen.Key;
import dev.proxkiln.ui.screen.Keys;
import dev.proxkiln.ui.screen.Next;
import dev.proxkiln.ui.screen.Sheet;
import java.util.List;
import java.util.function.Consumer;

/** What Ctrl-C asks while something is under way. */
final class StopQuestion {
  private final Choices choices = new Choices();
  private boolean open;

  /**
   * A question that is not asked yet.
   *
   * @param ask takes what the user wants of the run
   */
  StopQuestion(Consumer<Request> ask) {
    choices.set(
        List.of(
            Choices.Choice.of("Go on watching", "", this::close),
            Choices.Choice.of(
                "Stop after this step",
                "what it made is kept, and it can be resumed",
                () -> {
                  ask.accept(Request.STOP);
                  return close();
                }),
            Choices.Choice.of(
                "Stop now",
                "in the middle of the step; it is mended when resumed",
                () -> {
                  ask.accept(Request.STOP_NOW);
                  return close();
                }),
            Choices.Choice.of("Leave it running", "and close proxkiln", () -> Next.leave(0))));
  }

  private Next close() {
    open = false;
    return Next.stay();
  }

  boolean open() {
    return open;
  }

  /** Asks; when it is asked already, leaves, and the run goes on. */
  Next interrupt() {
    if (open) {
      return Next.leave(130);
    }
    open = true;
    choices.first();
    return Next.stay();
  }

  void draw(Sheet sheet) {
    int row = sheet.reserve(choices.count() + 1);
    sheet.frame().put(row, 3, Ink.WARNING, "Stop the run?");
    choices.draw(sheet.frame(), row + 1, row + 1 + choices.count());
  }

  Next key(Key key) {
    return choices.key(key).orElseGet(() -> Keys.BACK.is(key) ? close() : Next.stay());
  }

  List<Hint> hints() {
    return List.of(
        new Hint(Keys.MOVE, "choose"),
        new Hint(Keys.ENTER, "do it"),
        new Hint(Keys.BACK, "go on watching"),
        new Hint(Keys.STOP, "again: leave it running"));
  }
}
