package dev.proxkiln.ui.page;

import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Module;
import dev.proxkiln.ui.desk.Desk;
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

/** What else a module can do. */
final class CommandsPage implements Page {
  private final Desk desk;
  private final Module module;
  private final Roll<String> roll = new Roll<>(name -> name);

  CommandsPage(Desk desk, Module module) {
    this.desk = desk;
    this.module = module;
    roll.fill(Commands.others(module));
  }

  @Override
  public Frame draw(Size size) {
    Sheet sheet = new Sheet(size, module.title(), "").keys(hints());
    Frame frame = sheet.frame();
    roll.current().ifPresent(name -> sheet.note(Ink.DIM, Commands.summary(module, name)));
    roll.drawFilter(frame, sheet.top(), "commands");
    roll.draw(
        frame,
        sheet.top() + 2,
        sheet.bottom(),
        (name, row, current) -> {
          frame.put(row, 3, 25, Ink.PLAIN, Commands.title(name));
          frame.put(row, 25, size.columns() - 1, Ink.DIM, Commands.summary(module, name));
          if (current) {
            Rows.current(frame, row);
          }
        });
    return frame;
  }

  @Override
  public Next key(Key key) {
    if (roll.key(key)) {
      return Next.stay();
    }
    if (Keys.ENTER.is(key)) {
      return roll.current()
          .<Next>map(name -> Next.push(new WizardPage(desk, name, Values.none())))
          .orElse(Next.stay());
    }
    return Keys.BACK.is(key) || Keys.QUIT.is(key) ? Next.pop() : Next.stay();
  }

  @Override
  public boolean typing() {
    return roll.finding();
  }

  @Override
  public List<Hint> hints() {
    return List.of(
        new Hint(Keys.ENTER, "open"),
        new Hint(Keys.MOVE, "move"),
        new Hint(Keys.FIND, "find"),
        new Hint(Keys.BACK, "back"));
  }
}
