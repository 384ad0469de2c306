package dev.proxkiln.ui.page;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Group;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.ui.desk.Desk;
import dev.proxkiln.ui.form.Form;
import dev.proxkiln.ui.form.Question;
import dev.proxkiln.ui.form.Reader;
import dev.proxkiln.ui.screen.Frame;
import dev.proxkiln.ui.screen.Hint;
import dev.proxkiln.ui.screen.Ink;
import dev.proxkiln.ui.screen.Key;
import dev.proxkiln.ui.screen.Keys;
import dev.proxkiln.ui.screen.Next;
import dev.proxkiln.ui.screen.Page;
import dev.proxkiln.ui.screen.Sheet;
import dev.proxkiln.ui.screen.Size;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;

/** One of several things that have settings of their own, such as a network interface. */
final class EntryPage implements Page {
  private static final String PAGE = "Entry";

  private final String trail;
  private final Consumer<String> take;
  private final FormRows rows;

  /**
   * A form for one.
   *
   * @param start as it is written; empty for a new one
   * @param take takes it as it is written
   */
  EntryPage(
      Desk desk, String trail, Facts facts, Group group, String start, Consumer<String> take) {
    this.trail = trail;
    this.take = take;
    Schema schema = new Schema(List.of(new Schema.Page(PAGE, group.fields())));
    Form form = Form.of(new OneOf(schema, facts), values(group, start));
    this.rows = new FormRows(desk, trail, form, PAGE);
  }

  private static Values values(Group group, String start) {
    try {
      return start.isEmpty()
          ? Values.none()
          : Values.of(group.type("ENTRY").parse().apply(start), new Origin(Origin.Kind.TYPED, ""));
    } catch (BadValue e) {
      return Values.none();
    }
  }

  /** The settings of one, without a command of their own. */
  private record OneOf(Schema schema, Facts facts) implements Reader {
    @Override
    public String command() {
      return "";
    }

    @Override
    public String summary() {
      return "";
    }

    @Override
    public Followed follow(Values values) {
      return new Followed(values, List.of());
    }

    @Override
    public List<Problem> check(Values followed) {
      return List.of();
    }
  }

  @Override
  public Frame draw(Size size) {
    Sheet sheet = new Sheet(size, trail, "").keys(hints());
    Optional<Problem> problem = rows.problem();
    if (problem.isPresent()) {
      sheet.problem(problem.get());
    } else {
      rows.current().ifPresent(q -> sheet.note(Ink.DIM, q.field().help()));
    }
    rows.draw(sheet.frame(), sheet.top() + 1, sheet.bottom() - 1);
    return sheet.frame();
  }

  @Override
  public Next key(Key key) {
    if (Keys.ENTER.is(key)) {
      rows.settle();
      rows.insist();
      Optional<Question> wrong = rows.firstWrong();
      if (wrong.isPresent()) {
        rows.point(wrong.get().key());
        return Next.stay();
      }
      SequencedMap<String, String> entry = new LinkedHashMap<>();
      for (Question question : rows.form().questions()) {
        question.raw().ifPresent(raw -> entry.put(question.key(), raw));
      }
      if (!entry.isEmpty()) {
        take.accept(Group.line(entry));
      }
      return Next.pop();
    }
    if (Keys.BACK.is(key)) {
      return Next.pop();
    }
    return rows.take(key).orElse(Next.stay());
  }

  @Override
  public boolean typing() {
    return rows.typing();
  }

  @Override
  public List<Hint> hints() {
    return List.of(
        new Hint(Keys.ENTER, "take it"),
        new Hint(Keys.MOVE, "field"),
        new Hint(Keys.CHANGE, "change"),
        new Hint(Keys.RESET, "default"),
        new Hint(Keys.BACK, "back"));
  }
}
