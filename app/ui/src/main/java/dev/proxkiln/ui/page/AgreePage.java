package dev.proxkiln.ui.page;

import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.ui.screen.Errands;
import dev.proxkiln.ui.screen.Frame;
import dev.proxkiln.ui.screen.Hint;
import dev.proxkiln.ui.screen.Ink;
import dev.proxkiln.ui.screen.Key;
import dev.proxkiln.ui.screen.Keys;
import dev.proxkiln.ui.screen.Next;
import dev.proxkiln.ui.screen.Page;
import dev.proxkiln.ui.screen.Sheet;
import dev.proxkiln.ui.screen.Size;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What will be done, line by line; Enter does it, once it was on the screen. */
final class AgreePage implements Page {
  private final String trail;
  private final Wish wish;
  private final Supplier<List<Line>> source;
  private final Runnable act;
  private final Roll<Line> roll = new Roll<>(Line::text);
  private Optional<Problem> trouble = Optional.empty();
  private Optional<Errands> errands = Optional.empty();
  private boolean known;

  /** Whether it was on the screen: an Enter that was typed ahead does nothing. */
  private boolean seen;

  private boolean acting;

  /** A line of what will be done. */
  record Line(Ink ink, String text) {}

  /**
   * What is agreed to.
   *
   * @param heading says that it will be done
   * @param enter what Enter does, a word or two
   * @param nothing what is said where there is nothing to do
   */
  record Wish(String heading, String enter, String nothing) {}

  /**
   * A question.
   *
   * @param source what will be done; waits
   * @param act does it; waits
   */
  AgreePage(String trail, Wish wish, Supplier<List<Line>> source, Runnable act) {
    this.trail = trail;
    this.wish = wish;
    this.source = source;
    this.act = act;
  }

  @Override
  public void shown(Errands them) {
    errands = Optional.of(them);
    if (!known) {
      them.run(
          source,
          lines -> {
            known = true;
            roll.fill(lines);
          },
          problems -> trouble = problems.stream().findFirst());
    }
  }

  @Override
  public Frame draw(Size size) {
    Sheet sheet = new Sheet(size, trail, "").keys(hints());
    trouble.ifPresent(sheet::problem);
    Frame frame = sheet.frame();
    int row = sheet.top() + 1;
    if (!known) {
      frame.put(row, 3, Ink.DIM, trouble.isPresent() ? "" : "Reading \u2026");
      return frame;
    }
    seen = true;
    boolean empty = roll.total() == 0;
    frame.put(row, 3, Ink.HEADING, empty ? wish.nothing() : wish.heading());
    roll.draw(
        frame,
        row + 2,
        sheet.bottom(),
        (line, at, current) -> {
          frame.put(at, 3, size.columns() - 1, line.ink(), line.text());
          if (current) {
            Rows.current(frame, at);
          }
        });
    if (acting) {
      sheet.note(Ink.DIM, "Starting \u2026");
    }
    return frame;
  }

  @Override
  public Next key(Key key) {
    if (acting) {
      return Next.stay();
    }
    if (Keys.ENTER.is(key)) {
      if (seen && roll.total() > 0) {
        begin();
      }
      return Next.stay();
    }
    if (!Keys.FIND.is(key) && roll.key(key)) {
      return Next.stay();
    }
    return Keys.BACK.is(key) || Keys.QUIT.is(key) ? Next.pop() : Next.stay();
  }

  private void begin() {
    acting = true;
    trouble = Optional.empty();
    errands.ifPresent(
        them ->
            them.run(
                () -> {
                  act.run();
                  return trail;
                },
                _ -> them.go(Next.pop()),
                problems -> {
                  acting = false;
                  trouble = problems.stream().findFirst();
                }));
  }

  @Override
  public List<Hint> hints() {
    Hint back = new Hint(Keys.BACK, "back");
    return known && roll.total() > 0 && !acting
        ? List.of(new Hint(Keys.ENTER, wish.enter()), new Hint(Keys.MOVE, "move"), back)
        : List.of(back);
  }
}
