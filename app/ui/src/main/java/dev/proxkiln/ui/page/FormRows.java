package dev.proxkiln.ui.page;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.ui.desk.Desk;
import dev.proxkiln.ui.form.Form;
import dev.proxkiln.ui.form.Question;
import dev.proxkiln.ui.form.Shown;
import dev.proxkiln.ui.screen.Frame;
import dev.proxkiln.ui.screen.Ink;
import dev.proxkiln.ui.screen.Key;
import dev.proxkiln.ui.screen.Keys;
import dev.proxkiln.ui.screen.Next;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The settings of one page of a form: a row each, with a cursor, each answered in place. Settings
 * that are advanced come with the last row, or with F2.
 */
final class FormRows {
  /** Where values begin. */
  private static final int VALUE = 22;

  /** Width of the place that says where a value is from. */
  private static final int ORIGIN = 14;

  private final Desk desk;
  private final String title;
  private Form form;
  private String page;
  private String key = "";
  private boolean advanced;
  private boolean tried;
  private Optional<Line> line = Optional.empty();
  private Optional<Told> told = Optional.empty();

  /** A problem that was told of a form. */
  private record Told(Form form, Problem problem) {}

  /**
   * Rows of a page.
   *
   * @param title of the whole form, for the first row of further pages
   * @param page title of the page within the form
   */
  FormRows(Desk desk, String title, Form form, String page) {
    this.desk = desk;
    this.title = title;
    this.form = form;
    this.page = page;
  }

  Form form() {
    return form;
  }

  /** Shows another page, its first row. */
  void turn(String other) {
    settle();
    page = other;
    key = "";
    advanced = false;
    tried = false;
  }

  /** Takes a form that was changed elsewhere. */
  void accept(Form other) {
    form = other;
  }

  /** The same for a problem that only the whole plan showed; it stays until an answer changes. */
  void point(String setting, Problem problem) {
    point(setting);
    told = Optional.of(new Told(form, problem));
  }

  /** Puts the cursor on a setting and shows what is wrong with it. */
  void point(String setting) {
    settle();
    key = setting;
    tried = true;
    boolean hidden = all().stream().anyMatch(q -> q.key().equals(setting) && q.field().advanced());
    advanced = advanced || hidden;
  }

  /** Shows the advanced settings too. */
  void showAll() {
    advanced = true;
  }

  private List<Question> all() {
    return form.pages().stream()
        .filter(one -> one.title().equals(page))
        .findFirst()
        .map(Form.Page::questions)
        .orElse(List.of());
  }

  private List<Question> shown() {
    return all().stream()
        .filter(q -> advanced || !q.field().advanced() || q.given() || !q.problems().isEmpty())
        .toList();
  }

  private int hidden() {
    return all().size() - shown().size();
  }

  /** The setting with the cursor; empty on the row of the advanced ones. */
  Optional<Question> current() {
    List<Question> shown = shown();
    return shown.stream()
        .filter(q -> q.key().equals(key))
        .findFirst()
        .or(() -> key.equals("+") ? Optional.empty() : shown.stream().findFirst());
  }

  /** The first setting of the page that something is wrong with. */
  Optional<Question> firstWrong() {
    return all().stream().filter(q -> !q.problems().isEmpty()).findFirst();
  }

  /** Shows problems of settings that were not given either, after an attempt to go on. */
  void insist() {
    tried = true;
  }

  /** What is wrong with the setting of the cursor, or with another of the page. */
  Optional<Problem> problem() {
    return told.filter(t -> t.form().equals(form))
        .map(Told::problem)
        .or(() -> current().flatMap(this::problem))
        .or(() -> all().stream().flatMap(q -> problem(q).stream()).findFirst());
  }

  private Optional<Problem> problem(Question question) {
    return tried || question.given() ? question.problems().stream().findFirst() : Optional.empty();
  }

  boolean typing() {
    return current().map(q -> Widget.of(q, form.reader().facts()).types()).orElse(false);
  }

  // ---- keys ----

  /** Takes a key; empty where it means nothing here. */
  Optional<Next> take(Key pressed) {
    boolean typing = typing();
    if (Keys.ADVANCED.is(pressed)) {
      settle();
      advanced = !advanced;
    } else if (Keys.UP.is(pressed, typing) || Keys.PREVIOUS_FIELD.is(pressed)) {
      move(-1);
    } else if (Keys.DOWN.is(pressed, typing) || Keys.NEXT_FIELD.is(pressed)) {
      move(1);
    } else if (Keys.PAGE_UP.is(pressed)) {
      move(-10);
    } else if (Keys.PAGE_DOWN.is(pressed)) {
      move(10);
    } else {
      Optional<Question> question = current();
      if (question.isPresent()) {
        return answer(question.get(), pressed);
      }
      if (Keys.CHANGE.is(pressed) || Keys.RIGHT.is(pressed)) {
        advanced = true;
        key =
            shown().stream()
                .filter(q -> q.field().advanced())
                .findFirst()
                .map(Question::key)
                .orElse("");
        return Optional.of(Next.stay());
      }
      return Optional.empty();
    }
    return Optional.of(Next.stay());
  }

  private void move(int by) {
    settle();
    List<String> keys = new ArrayList<>(shown().stream().map(Question::key).toList());
    if (hidden() > 0) {
      keys.add("+");
    }
    if (keys.isEmpty()) {
      return;
    }
    int at = Math.max(0, keys.indexOf(current().map(Question::key).orElse("+")));
    key = keys.get(Math.clamp(at + by, 0, keys.size() - 1));
  }

  /** Takes what was typed unseen; everything else is taken with each key. */
  void settle() {
    Optional<Question> question = current();
    if (line.isPresent() && question.isPresent()) {
      Question asked = question.get();
      String text = line.get().text();
      line = Optional.empty();
      if (Widget.of(asked, form.reader().facts()) == Widget.SECRET && !text.isEmpty()) {
        boolean named = text.startsWith("secret:") || text.startsWith("$");
        form = form.with(asked.key(), named ? text : form.reader().hide(asked.field(), text));
      }
    }
    line = Optional.empty();
  }

  private Optional<Next> answer(Question question, Key pressed) {
    Widget widget = Widget.of(question, form.reader().facts());
    if (Keys.RESET.is(pressed)) {
      line = Optional.empty();
      form = form.without(question.key());
      return Optional.of(Next.stay());
    }
    boolean open =
        Keys.CHANGE.is(pressed)
            && widget.changes()
            && !(widget.types() && line.filter(l -> !l.text().isEmpty()).isPresent());
    return switch (widget) {
      case SWITCH -> {
        if (open || Keys.LEFT.is(pressed) || Keys.RIGHT.is(pressed)) {
          boolean on = Shown.value(question).equals("yes");
          form = form.with(question.key(), on ? "false" : "true");
          yield Optional.of(Next.stay());
        }
        yield Optional.empty();
      }
      case CHOICE, OPEN_CHOICE -> {
        if (open) {
          yield Optional.of(Next.push(picker(question, false)));
        }
        if (line.isEmpty() && (Keys.LEFT.is(pressed) || Keys.RIGHT.is(pressed))) {
          step(question, Keys.RIGHT.is(pressed) ? 1 : -1);
          yield Optional.of(Next.stay());
        }
        yield widget == Widget.CHOICE ? Optional.empty() : type(question, pressed);
      }
      case SEVERAL -> {
        if (open || (line.isEmpty() && Keys.RIGHT.is(pressed))) {
          yield Optional.of(Next.push(picker(question, true)));
        }
        yield type(question, pressed);
      }
      case LINES, GROUPS -> {
        boolean lines = question.raw().filter(raw -> raw.contains("\n")).isPresent();
        if (open
            || (line.isEmpty() && Keys.RIGHT.is(pressed))
            || (lines && pressed.kind() == Key.Kind.TEXT)) {
          yield Optional.of(
              Next.push(
                  new EntriesPage(
                      desk, trail(question), form, question, raw -> set(question.key(), raw))));
        }
        yield widget == Widget.GROUPS ? Optional.empty() : type(question, pressed);
      }
      case FILE -> {
        if (open) {
          yield Optional.of(
              Next.push(
                  new FilePage(desk, trail(question), "", file -> set(question.key(), file))));
        }
        yield type(question, pressed);
      }
      case SECRET, TEXT -> type(question, pressed);
    };
  }

  private void set(String setting, String raw) {
    line = Optional.empty();
    form = raw.isBlank() ? form.without(setting) : form.with(setting, raw);
  }

  /** Text takes the place of a default; what was given is gone on with. */
  private Optional<Next> type(Question question, Key pressed) {
    boolean hidden = Widget.of(question, form.reader().facts()) == Widget.SECRET;
    Line typed =
        line.orElseGet(
            () ->
                new Line(
                    hidden || (pressed.types() && !question.given())
                        ? ""
                        : question.text().orElse("")));
    if (Keys.FIRST.is(pressed, true) || Keys.LAST.is(pressed, true) || typed.key(pressed)) {
      line = Optional.of(typed);
      if (!hidden) {
        String text = typed.text();
        form = text.isEmpty() ? form.without(question.key()) : form.with(question.key(), text);
      }
      return Optional.of(Next.stay());
    }
    return Optional.empty();
  }

  private void step(Question question, int by) {
    List<String> values =
        Widget.choices(question.field(), form.reader().facts()).stream()
            .map(Field.Choice::value)
            .toList();
    int at = values.indexOf(question.text().orElse(""));
    int next = at < 0 ? (by > 0 ? 0 : values.size() - 1) : Math.floorMod(at + by, values.size());
    form = form.with(question.key(), values.get(next));
  }

  private PickPage picker(Question question, boolean several) {
    List<String> chosen =
        question.text().map(text -> Arrays.asList(text.split("[\\n,; ]+"))).orElse(List.of());
    return new PickPage(
        trail(question),
        Widget.choices(question.field(), form.reader().facts()),
        several,
        several
            ? chosen.stream().filter(word -> !word.isBlank()).toList()
            : question.text().stream().toList(),
        values -> set(question.key(), String.join("\n", values)));
  }

  // ---- drawing ----

  /** Draws the rows around the cursor. */
  void draw(Frame frame, int from, int end) {
    List<Question> shown = shown();
    Optional<Question> current = current();
    int count = shown.size() + (hidden() > 0 ? 2 : 0);
    int height = end - from;
    int at = current.map(q -> keys(shown).indexOf(q.key())).orElse(count - 1);
    int top = Math.clamp(at - height / 2, 0, Math.max(0, count - height));
    for (int i = top; i < Math.min(shown.size(), top + height); i++) {
      boolean here = current.isPresent() && current.get().key().equals(shown.get(i).key());
      draw(frame, from + i - top, shown.get(i), here);
    }
    int edge = frame.size().columns() - 1;
    int more = from + count - 1 - top;
    if (hidden() > 0 && more < end) {
      String text = "+ " + hidden() + (hidden() == 1 ? " advanced setting" : " advanced settings");
      frame.put(more, 3, Ink.DIM, text);
      if (current.isEmpty()) {
        Rows.current(frame, more);
      }
    }
    if (top > 0) {
      frame.put(from, edge, Ink.DIM, "\u2191");
    }
    if (top + height < count) {
      frame.put(end - 1, edge, Ink.DIM, "\u2193");
    }
  }

  private static List<String> keys(List<Question> questions) {
    return questions.stream().map(Question::key).toList();
  }

  private void draw(Frame frame, int row, Question question, boolean here) {
    int edge = frame.size().columns() - 1;
    int valueEnd = edge - ORIGIN;
    boolean wrong = problem(question).isPresent();
    frame.put(row, 3, VALUE - 1, wrong ? Ink.ERROR : Ink.PLAIN, question.field().label());
    if (here) {
      Rows.current(frame, row, VALUE - 1);
    } else if (wrong) {
      frame.put(row, 1, Ink.ERROR, "\u2717");
    }
    Ink ink = question.given() ? Ink.CHOSEN : Ink.VALUE;
    Widget widget = Widget.of(question, form.reader().facts());
    if (here && line.isPresent()) {
      if (widget == Widget.SECRET) {
        line.get().drawHidden(frame, row, VALUE, valueEnd, ink, true);
      } else {
        line.get().draw(frame, row, VALUE, valueEnd, ink, true);
      }
    } else {
      int column = frame.put(row, VALUE, valueEnd, ink, value(question, widget, here));
      about(question, widget)
          .ifPresent(
              text -> frame.put(row, Math.max(column + 2, VALUE + 16), valueEnd, Ink.DIM, text));
      if (here && widget.types()) {
        frame.caret(row, column);
      }
    }
    frame.putRight(row, edge, wrong ? Ink.ERROR : Ink.DIM, wrong ? "wrong" : origin(question));
  }

  private static String value(Question question, Widget widget, boolean here) {
    String text = Shown.value(question);
    return switch (widget) {
      case SWITCH -> text.equals("yes") ? "[x]" : "[ ]";
      case CHOICE -> here ? "< " + text + " >" : text;
      case SEVERAL, GROUPS, LINES -> here && text.isEmpty() ? "Space adds" : text;
      case OPEN_CHOICE, SECRET, FILE, TEXT -> text;
    };
  }

  /** What is known of the choice that is shown. */
  private Optional<String> about(Question question, Widget widget) {
    if (widget != Widget.OPEN_CHOICE && widget != Widget.CHOICE) {
      return Optional.empty();
    }
    return Widget.choices(question.field(), form.reader().facts()).stream()
        .filter(choice -> question.text().filter(choice.value()::equals).isPresent())
        .map(Field.Choice::about)
        .filter(about -> !about.isBlank())
        .findFirst();
  }

  private static String origin(Question question) {
    Origin origin = question.origin();
    return switch (origin.kind()) {
      case DEFAULT -> question.text().isEmpty() ? "" : "default";
      case CLUSTER_FILE, SYSTEM_FILE, USER_FILE, PROJECT_FILE, PROFILE, SPEC_FILE -> {
        String name = origin.detail().replaceFirst(":\\d+$", "");
        yield name.substring(name.lastIndexOf('/') + 1);
      }
      case ENVIRONMENT -> "environment";
      case FLAG -> "flag";
      case TYPED -> "typed";
    };
  }

  /** Where one setting is changed. */
  private String trail(Question question) {
    return title + (page.isEmpty() ? "" : " > " + page) + " > " + question.field().label();
  }
}
