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
import java.util.function.Function;

/** One question with a text for its answer. */
final class AskPage implements Page {
  private final String trail;
  private final String label;
  private final String help;
  private final Function<String, Optional<Problem>> take;
  private final Line line;
  private Optional<Problem> problem = Optional.empty();

  /**
   * A question.
   *
   * @param take takes the answer; a problem asks again
   */
  AskPage(
      String trail,
      String label,
      String help,
      String start,
      Function<String, Optional<Problem>> take) {
    this.trail = trail;
    this.label = label;
    this.help = help;
    this.take = take;
    this.line = new Line(start);
  }

  @Override
  public Frame draw(Size size) {
    Sheet sheet = new Sheet(size, trail, "").keys(hints());
    problem.ifPresent(sheet::problem);
    Frame frame = sheet.frame();
    int row = sheet.top() + 1;
    for (String text : Sheet.wrap(help, size.columns() - 6, 4)) {
      frame.put(row++, 3, Ink.DIM, text);
    }
    row++;
    int column = frame.put(row, 3, Ink.HEADING, label) + 2;
    line.draw(frame, row, column, size.columns() - 1, Ink.CHOSEN, true);
    return frame;
  }

  @Override
  public Next key(Key key) {
    if (Keys.ENTER.is(key)) {
      problem = take.apply(line.text());
      return problem.isEmpty() ? Next.pop() : Next.stay();
    }
    if (Keys.BACK.is(key)) {
      return Next.pop();
    }
    if (line.key(key)) {
      problem = Optional.empty();
    }
    return Next.stay();
  }

  @Override
  public void shown(Errands errands) {
    problem = Optional.empty();
  }

  @Override
  public boolean typing() {
    return true;
  }

  @Override
  public List<Hint> hints() {
    return List.of(
        new Hint(Keys.ENTER, "take it"),
        new Hint(Keys.RUB_ALL, "rub out"),
        new Hint(Keys.BACK, "back"));
  }
}
