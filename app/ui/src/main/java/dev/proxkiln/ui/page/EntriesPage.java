package dev.proxkiln.ui.page;

import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Group;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.ui.desk.Desk;
import dev.proxkiln.ui.form.Form;
import dev.proxkiln.ui.form.Question;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A setting that is a list: addresses, keys, commands, network interfaces, disks. */
final class EntriesPage implements Page {
  private final Desk desk;
  private final String trail;
  private final Form form;
  private final Question question;
  private final Consumer<String> take;
  private final List<String> entries;
  private int cursor;

  /**
   * A list.
   *
   * @param take takes all entries, one a line, after each change
   */
  EntriesPage(Desk desk, String trail, Form form, Question question, Consumer<String> take) {
    this.desk = desk;
    this.trail = trail;
    this.form = form;
    this.question = question;
    this.take = take;
    this.entries =
        new ArrayList<>(
            question
                .text()
                .orElse("")
                .lines()
                .map(String::strip)
                .filter(l -> !l.isEmpty())
                .toList());
  }

  private Optional<Group> group() {
    return question.field().type().group();
  }

  @Override
  public Frame draw(Size size) {
    String count = entries.size() == 1 ? "1 entry" : entries.size() + " entries";
    Sheet sheet = new Sheet(size, trail, count).keys(hints());
    Frame frame = sheet.frame();
    int row = sheet.top() + 1;
    for (String text : Sheet.wrap(question.field().help(), size.columns() - 6, 3)) {
      frame.put(row++, 3, Ink.DIM, text);
    }
    row++;
    int height = sheet.bottom() - row;
    int top = Math.clamp(cursor - height / 2, 0, Math.max(0, entries.size() + 1 - height));
    for (int i = top; i <= Math.min(entries.size(), top + height - 1); i++) {
      boolean add = i == entries.size();
      frame.put(
          row,
          3,
          size.columns() - 1,
          add ? Ink.DIM : Ink.CHOSEN,
          add ? "+ add one" : entries.get(i));
      if (i == cursor) {
        Rows.current(frame, row);
      }
      row++;
    }
    return frame;
  }

  @Override
  public Next key(Key key) {
    if (Keys.UP.is(key)) {
      cursor = Math.max(0, cursor - 1);
    } else if (Keys.DOWN.is(key)) {
      cursor = Math.min(entries.size(), cursor + 1);
    } else if (Keys.FIRST.is(key)) {
      cursor = 0;
    } else if (Keys.LAST.is(key)) {
      cursor = entries.size();
    } else if (Keys.ADD.is(key)) {
      return edit(entries.size(), "");
    } else if (key.kind() == Key.Kind.PASTE && group().isEmpty()) {
      key.text().lines().map(String::strip).filter(l -> !l.isEmpty()).forEach(entries::add);
      told();
    } else if (Keys.REMOVE.is(key)) {
      if (cursor < entries.size()) {
        entries.remove(cursor);
        told();
      }
    } else if (Keys.CHANGE.is(key) || Keys.RIGHT.is(key)) {
      return edit(cursor, cursor < entries.size() ? entries.get(cursor) : "");
    } else if (Keys.ENTER.is(key)) {
      // What is shown is accepted; on the last row that is the wish to add.
      return cursor == entries.size() && entries.isEmpty() ? edit(0, "") : Next.pop();
    } else if (Keys.BACK.is(key) || Keys.QUIT.is(key)) {
      return Next.pop();
    }
    return Next.stay();
  }

  private void told() {
    take.accept(String.join("\n", entries));
  }

  private Next edit(int index, String start) {
    Optional<Group> group = group();
    if (group.isPresent()) {
      return Next.push(
          new EntryPage(
              desk,
              trail + (start.isEmpty() ? " > New" : " > " + (index + 1)),
              form.reader().facts(),
              group.get(),
              start,
              entry -> put(index, entry)));
    }
    return Next.push(
        new AskPage(
            trail,
            question.field().label(),
            question.field().help(),
            start,
            text -> {
              Optional<Problem> wrong = wrong(text.strip());
              if (wrong.isEmpty() && !text.isBlank()) {
                put(index, text.strip());
              }
              return wrong;
            }));
  }

  private void put(int index, String entry) {
    if (index < entries.size()) {
      entries.set(index, entry);
    } else {
      entries.add(entry);
    }
    cursor = Math.min(index + 1, entries.size());
    told();
  }

  /** What the type says of one entry; where a source is followed first, nobody knows yet. */
  private Optional<Problem> wrong(String text) {
    if (text.isBlank() || question.field().source() != dev.proxkiln.core.field.Field.Source.TEXT) {
      return Optional.empty();
    }
    try {
      Object _ = question.field().type().parse().apply(text);
      return Optional.empty();
    } catch (BadValue e) {
      return Optional.of(
          CoreSlug.INVALID_VALUE.problem(
              question.key(),
              "'" + text + "' " + e.why().replaceFirst("^holds '.*', which ", "") + ".",
              "",
              e.next()));
    }
  }

  @Override
  public void shown(Errands errands) {
    cursor = Math.clamp(cursor, 0, entries.size());
  }

  @Override
  public List<Hint> hints() {
    return List.of(
        new Hint(Keys.ENTER, "done"),
        new Hint(Keys.ADD, "add"),
        new Hint(Keys.CHANGE, "change"),
        new Hint(Keys.REMOVE, "remove"),
        new Hint(Keys.MOVE, "move"));
  }
}
