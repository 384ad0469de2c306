package dev.proxkiln.ui.page;

import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.ui.desk.Desk;
import dev.proxkiln.ui.desk.FileEntry;
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
import java.util.function.Consumer;

/** Finds a file of this machine. */
final class FilePage implements Page {
  private final Desk desk;
  private final String trail;
  private final Consumer<String> take;
  private final Roll<FileEntry> roll = new Roll<>(FileEntry::name);
  private String folder;
  private Optional<Problem> trouble = Optional.empty();
  private Optional<Errands> errands = Optional.empty();

  /**
   * A file picker.
   *
   * @param folder where to begin; empty for the current folder
   * @param take takes the whole name of the file
   */
  FilePage(Desk desk, String trail, String folder, Consumer<String> take) {
    this.desk = desk;
    this.trail = trail;
    this.folder = folder;
    this.take = take;
  }

  @Override
  public void shown(Errands them) {
    errands = Optional.of(them);
    enter(folder);
  }

  private void enter(String other) {
    errands.ifPresent(
        them ->
            them.run(
                () -> desk.folder(other),
                found -> {
                  trouble = Optional.empty();
                  folder = found.path();
                  if (!roll.filter().isEmpty()) {
                    roll.key(Key.of(Key.Kind.ESCAPE));
                  }
                  roll.fill(found.entries());
                  roll.key(Key.of(Key.Kind.HOME));
                },
                problems -> trouble = problems.stream().findFirst()));
  }

  @Override
  public Frame draw(Size size) {
    Sheet sheet = new Sheet(size, trail, "").keys(hints());
    trouble.ifPresent(sheet::problem);
    Frame frame = sheet.frame();
    frame.put(sheet.top(), 3, size.columns() - 30, Ink.HEADING, folder);
    if (roll.finding() || !roll.filter().isEmpty()) {
      roll.drawFilter(frame, sheet.top() + 1, "files");
    }
    roll.draw(
        frame,
        sheet.top() + 2,
        sheet.bottom(),
        (entry, row, current) -> {
          frame.put(
              row,
              3,
              size.columns() - 14,
              entry.folder() ? Ink.HEADING : Ink.PLAIN,
              entry.folder() ? entry.name() + "/" : entry.name());
          if (!entry.folder()) {
            frame.putRight(row, size.columns() - 1, Ink.DIM, amount(entry.bytes()));
          }
          if (current) {
            Rows.current(frame, row);
          }
        });
    return frame;
  }

  private static String amount(long bytes) {
    long unit = bytes >= 10L << 30 ? 30 : bytes >= 10L << 20 ? 20 : bytes >= 10L << 10 ? 10 : 0;
    return Type.printSize(bytes >> unit << unit).replaceAll("([KMGT])$", " $1iB");
  }

  @Override
  public Next key(Key key) {
    if (Keys.LEFT.is(key) || (Keys.RUB_OUT.is(key) && !typing())) {
      enter(folder + "/..");
      return Next.stay();
    }
    if (roll.key(key)) {
      return Next.stay();
    }
    if (Keys.ENTER.is(key) || Keys.RIGHT.is(key)) {
      Optional<FileEntry> entry = roll.current();
      if (entry.isEmpty()) {
        return Next.stay();
      }
      String path = (folder.equals("/") ? "" : folder) + "/" + entry.get().name();
      if (entry.get().folder()) {
        enter(path);
        return Next.stay();
      }
      take.accept(path);
      return Next.pop();
    }
    return Keys.BACK.is(key) || Keys.QUIT.is(key, typing()) ? Next.pop() : Next.stay();
  }

  @Override
  public boolean typing() {
    return roll.finding();
  }

  @Override
  public List<Hint> hints() {
    return List.of(
        new Hint(Keys.ENTER, "open or take"),
        new Hint(Keys.LEFT, "folder above"),
        new Hint(Keys.FIND, "find"),
        new Hint(Keys.BACK, "back"));
  }
}
