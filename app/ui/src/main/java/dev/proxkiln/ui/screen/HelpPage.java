package dev.proxkiln.ui.screen;

import java.util.ArrayList;
import java.util.List;

/** The keys of a page, and what the page says about itself. */
final class HelpPage implements Page {
  private final Page about;
  private int from;

  HelpPage(Page about) {
    this.about = about;
  }

  private record Line(String key, String text) {}

  private List<Line> lines(int width) {
    List<Line> lines = new ArrayList<>();
    for (String sentence : about.help()) {
      Sheet.wrap(sentence, width, 20).forEach(line -> lines.add(new Line("", line)));
    }
    if (!lines.isEmpty()) {
      lines.add(new Line("", ""));
    }
    for (Hint hint : about.hints()) {
      String text = hint.keys().about();
      lines.add(
          new Line(
              hint.keys().shown(),
              text.startsWith(hint.label()) ? text : hint.label() + ": " + text));
    }
    lines.add(new Line("", ""));
    List<Keys> told = about.hints().stream().map(Hint::keys).toList();
    for (Keys keys :
        List.of(
            Keys.UP,
            Keys.DOWN,
            Keys.FIRST,
            Keys.LAST,
            Keys.PAGE_UP,
            Keys.PAGE_DOWN,
            Keys.ENTER,
            Keys.BACK,
            Keys.PROMPT,
            Keys.REDRAW,
            Keys.INTERRUPT)) {
      if (!told.contains(keys)) {
        lines.add(new Line(keys.shown(), keys.about()));
      }
    }
    return lines;
  }

  @Override
  public Frame draw(Size size) {
    Sheet sheet = new Sheet(size, "Help", "").keys(hints());
    List<Line> lines = lines(size.columns() - 6);
    from = Math.clamp(from, 0, Math.max(0, lines.size() - sheet.height() + 2));
    int row = sheet.top() + 1;
    for (Line line : lines.subList(Math.min(from, lines.size()), lines.size())) {
      if (row >= sheet.bottom()) {
        break;
      }
      sheet.frame().put(row, 3, Ink.KEY, line.key());
      sheet.frame().put(row, line.key().isEmpty() ? 3 : 15, Ink.PLAIN, line.text());
      row++;
    }
    return sheet.frame();
  }

  @Override
  public Next key(Key key) {
    if (Keys.UP.is(key)) {
      from = Math.max(0, from - 1);
    } else if (Keys.DOWN.is(key)) {
      from++;
    } else if (Keys.BACK.is(key) || Keys.ENTER.is(key) || Keys.HELP.is(key) || Keys.QUIT.is(key)) {
      return Next.pop();
    }
    return Next.stay();
  }

  @Override
  public List<Hint> hints() {
    return List.of(
        new Hint(Keys.BACK, "back"), new Hint(Keys.MOVE, "move"), new Hint(Keys.HELP, "back"));
  }
}
