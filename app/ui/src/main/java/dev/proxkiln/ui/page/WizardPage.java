package dev.proxkiln.ui.page;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Values;
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

/**
 * The settings of a command, an area after the other, and the review at the end. Answers are kept
 * as long as the page itself is, whichever way it is left.
 */
public final class WizardPage implements Page {
  private static final String REVIEW = "Review";

  /** The name of an area that needs none, because it is the only one. */
  static final String ONLY = "Settings";

  private final Desk desk;
  private final String command;
  private final Values typed;
  private final String title;
  private Optional<FormRows> rows = Optional.empty();
  private Optional<ChoiceList> list = Optional.empty();
  private Optional<Problem> trouble = Optional.empty();
  private Optional<ReviewPage> last = Optional.empty();
  private Optional<String> latest = Optional.empty();
  private String area = "";

  /**
   * A wizard.
   *
   * @param command words of an action or a survey
   * @param typed answers to begin with
   */
  public WizardPage(Desk desk, String command, Values typed) {
    this.desk = desk;
    this.command = command;
    this.typed = typed;
    this.title = Commands.title(command);
  }

  @Override
  public void shown(Errands errands) {
    if (rows.isPresent()) {
      return;
    }
    errands.run(
        this::open,
        opened -> {
          trouble = Optional.empty();
          latest = opened.latest();
          Form form = opened.form();
          area = form.pages().stream().findFirst().map(Form.Page::title).orElse("");
          rows = Optional.of(new FormRows(desk, title, form, area));
          openList();
        },
        problems -> trouble = problems.stream().findFirst());
  }

  /** What is read before the first page. */
  private record Opened(Form form, Optional<String> latest) {}

  private Opened open() {
    Form form = desk.form(command, typed);
    Optional<String> about =
        form.questions().stream()
            .filter(question -> question.field().position() == 1)
            .map(Question::key)
            .findFirst();
    return new Opened(form, about.flatMap(key -> desk.latest(command, key)));
  }

  private List<String> areas() {
    return rows.map(r -> r.form().pages().stream().map(Form.Page::title).toList())
        .orElse(List.of());
  }

  private int index() {
    return Math.max(0, areas().indexOf(area));
  }

  private String trail() {
    return area.isEmpty() ? title : title + " > " + area;
  }

  /** An area that begins with a long list of choices shows that list. */
  private void openList() {
    list =
        rows.flatMap(
            r ->
                r.form().pages().stream()
                    .filter(page -> page.title().equals(area))
                    .findFirst()
                    .flatMap(page -> ChoiceList.of(page, r.form(), latest)));
  }

  private void go(FormRows form, String other) {
    area = other;
    form.turn(other);
    openList();
  }

  /** Shows a setting that something is wrong with. */
  void show(Problem problem) {
    FormRows form = rows.orElseThrow();
    for (Form.Page page : form.form().pages()) {
      for (Question question : page.questions()) {
        if (question.problems().contains(problem)
            || problem.where().equals(question.key())
            || problem.where().equals("--" + question.key())) {
          go(form, page.title());
          boolean inList = list.filter(l -> l.key().equals(question.key())).isPresent();
          if (!inList) {
            list = Optional.empty();
          }
          form.point(question.key(), problem);
          return;
        }
      }
    }
  }

  // ---- keys ----

  @Override
  public Next key(Key key) {
    if (rows.isEmpty()) {
      return Keys.BACK.is(key) || Keys.QUIT.is(key) ? Next.pop() : Next.stay();
    }
    FormRows form = rows.get();
    if (list.isPresent()) {
      return listed(list.get(), form, key);
    }
    if (Keys.ENTER.is(key)) {
      form.settle();
      form.insist();
      Optional<Question> wrong = form.firstWrong();
      if (wrong.isPresent()) {
        form.point(wrong.get().key());
        return Next.stay();
      }
      return forward(form);
    }
    if (Keys.BACK.is(key)) {
      form.settle();
      return back(form);
    }
    return form.take(key).orElse(Next.stay());
  }

  private Next listed(ChoiceList choices, FormRows form, Key key) {
    if (choices.roll().key(key)) {
      return Next.stay();
    }
    if (Keys.ADVANCED.is(key)) {
      showRows(form);
    } else if (Keys.ENTER.is(key)) {
      Optional<ChoiceList.Item> item = choices.roll().current();
      if (item.isPresent() && item.get().choice().isPresent()) {
        String value = item.get().choice().get().value();
        form.accept(form.form().with(choices.key(), value));
        return forward(form);
      }
      if (item.isPresent()) {
        showRows(form);
      }
    } else if (Keys.BACK.is(key)) {
      return back(form);
    }
    return Next.stay();
  }

  private void showRows(FormRows form) {
    list = Optional.empty();
    form.showAll();
  }

  private Next forward(FormRows form) {
    List<String> areas = areas();
    int next = index() + 1;
    if (next < areas.size()) {
      go(form, areas.get(next));
      return Next.stay();
    }
    ReviewPage review = new ReviewPage(desk, title, form.form(), steps(areas.size()), this::show);
    last = Optional.of(review);
    return Next.push(review);
  }

  /** Whether what it asked for was begun. */
  boolean done() {
    return last.map(ReviewPage::started).orElse(false);
  }

  private Next back(FormRows form) {
    boolean rowsOfList =
        list.isEmpty()
            && form.form().pages().stream()
                .filter(page -> page.title().equals(area))
                .anyMatch(page -> ChoiceList.heads(page, form.form()));
    if (rowsOfList) {
      openList();
      return Next.stay();
    }
    int before = index() - 1;
    if (before < 0) {
      return Next.pop();
    }
    go(form, areas().get(before));
    return Next.stay();
  }

  @Override
  public boolean typing() {
    return list.map(l -> l.roll().finding())
        .orElseGet(() -> rows.map(FormRows::typing).orElse(false));
  }

  // ---- drawing ----

  /** For example {@code [* * 3 . . .] 3 of 6}. */
  private String steps(int at) {
    int count = areas().size() + 1;
    StringBuilder out = new StringBuilder("[");
    for (int i = 0; i < count; i++) {
      out.append(i == 0 ? "" : " ");
      out.append(i < at ? "\u25cf" : i == at ? Integer.toString(i + 1) : "\u00b7");
    }
    return out.append("]  ").append(at + 1).append(" of ").append(count).toString();
  }

  @Override
  public Frame draw(Size size) {
    if (rows.isEmpty()) {
      Sheet sheet = new Sheet(size, title, "").keys(hints());
      trouble.ifPresent(sheet::problem);
      if (trouble.isEmpty()) {
        sheet.frame().put(sheet.top() + 1, 3, Ink.DIM, "Asking the node \u2026");
      }
      return sheet.frame();
    }
    FormRows form = rows.get();
    Sheet sheet = new Sheet(size, trail(), steps(index())).keys(hints());
    Frame frame = sheet.frame();
    boolean roomy = size.rows() > 20;
    if (list.isEmpty()) {
      Optional<Problem> problem = form.problem();
      if (problem.isPresent()) {
        sheet.problem(problem.get());
      } else {
        form.current().ifPresent(q -> sheet.note(Ink.DIM, q.field().help()));
      }
    }
    int row = sheet.top();
    tabs(frame, row++);
    row += roomy ? 1 : 0;
    if (list.isPresent()) {
      list.get().draw(frame, row, sheet.bottom());
    } else {
      form.draw(frame, row, sheet.bottom() - (roomy ? 1 : 0));
    }
    return frame;
  }

  private void tabs(Frame frame, int row) {
    List<String> names = new ArrayList<>();
    areas().forEach(name -> names.add(name.isEmpty() ? ONLY : name));
    names.add(REVIEW);
    int width = names.stream().mapToInt(Frame::width).sum();
    int gap =
        Math.clamp((frame.size().columns() - 6 - width) / Math.max(1, names.size() - 1), 1, 5);
    int column = 3;
    for (int i = 0; i < names.size(); i++) {
      Ink ink = i == index() ? Ink.TITLE : Ink.DIM;
      column = frame.put(row, column, ink, names.get(i)) + gap;
    }
  }

  @Override
  public List<Hint> hints() {
    if (rows.isEmpty()) {
      return List.of(new Hint(Keys.BACK, "back"));
    }
    if (list.isPresent()) {
      return List.of(
          new Hint(Keys.FIND, "find"),
          new Hint(Keys.MOVE, "move"),
          new Hint(Keys.ENTER, "next"),
          new Hint(Keys.BACK, list.get().roll().filter().isEmpty() ? "back" : "clear find"),
          new Hint(Keys.ADVANCED, "all settings"));
    }
    List<Hint> hints = new ArrayList<>();
    hints.add(new Hint(Keys.MOVE, "field"));
    Optional<Widget> widget =
        rows.get().current().map(q -> Widget.of(q, rows.get().form().reader().facts()));
    boolean opens = widget.map(Widget::changes).orElse(true);
    if (opens) {
      hints.add(new Hint(Keys.CHANGE, widget.isPresent() ? "change" : "show"));
    }
    hints.add(new Hint(Keys.ENTER, "next"));
    hints.add(new Hint(Keys.BACK, "back"));
    hints.add(new Hint(Keys.RESET, "default"));
    hints.add(new Hint(Keys.ADVANCED, "advanced"));
    return hints;
  }

  @Override
  public List<String> help() {
    List<String> lines = new ArrayList<>();
    rows.flatMap(FormRows::current)
        .ifPresent(
            question -> {
              Field<?> field = question.field();
              lines.add(field.label() + ": " + field.help());
              lines.add("Flag --" + field.key() + ", variable " + field.variable() + ".");
            });
    lines.add("Enter takes what is shown and goes on; Esc goes back, and no answer is lost.");
    return lines;
  }
}
