package dev.proxkiln.ui.page;

import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.PlanText;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.ui.desk.Desk;
import dev.proxkiln.ui.form.CallWords;
import dev.proxkiln.ui.form.Form;
import dev.proxkiln.ui.form.Question;
import dev.proxkiln.ui.form.Shown;
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
import java.util.stream.Collectors;

/**
 * What will be done, step by step, before anything is: the plan itself. The only page that starts
 * anything, and only once the plan was on the screen.
 */
final class ReviewPage implements Page {
  /** Seconds after which one wants to see that time goes on. */
  private static final int PATIENCE = 2;

  private final Desk desk;
  private final String title;
  private final Form form;
  private final String steps;
  private final Consumer<Problem> mend;
  private List<Plan> plans = List.of();
  private List<Problem> problems = List.of();
  private Optional<Query.Rows> found = Optional.empty();
  private boolean planning = true;
  private int waited;
  private boolean starting;
  private boolean aside;

  /** Whether the plan was on the screen: an Enter that was typed ahead starts nothing. */
  private boolean seen;

  /** Who sits before the screen is asked what to do, unless they chose otherwise. */
  private boolean undoes;

  private int cursor;
  private Optional<Ink> noteInk = Optional.empty();
  private String note = "";
  private Optional<Problem> trouble = Optional.empty();
  private Optional<Errands> errands = Optional.empty();

  /** A row of the list: a plan's title, or a step. */
  private record Row(Plan plan, Optional<Step> step, int number) {}

  /**
   * A review.
   *
   * @param steps where one is among the pages
   * @param mend shows the setting that a problem is about
   */
  ReviewPage(Desk desk, String title, Form form, String steps, Consumer<Problem> mend) {
    this.desk = desk;
    this.title = title;
    this.form = form;
    this.steps = steps;
    this.mend = mend;
  }

  @Override
  public void shown(Errands them) {
    errands = Optional.of(them);
    if (aside) {
      // It had the terminal to itself, and is over.
      them.go(new Next.Home());
      return;
    }
    if (!planning) {
      return;
    }
    them.run(
        () -> desk.plans(form),
        made -> {
          planning = false;
          switch (made) {
            case Checked.Valid<Desk.Proposal>(Desk.Proposal proposal) -> {
              plans = proposal.plans();
              found = proposal.found();
              trouble = proposal.problems().stream().findFirst();
            }
            case Checked.Invalid<Desk.Proposal>(List<Problem> wrong) -> problems = wrong;
          }
        },
        wrong -> {
          planning = false;
          problems = wrong;
        });
  }

  /** Whether the user agreed, and it was begun. */
  boolean started() {
    return starting;
  }

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (Plan plan : plans) {
      if (plans.size() > 1) {
        rows.add(new Row(plan, Optional.empty(), 0));
      }
      int number = 1;
      for (Step step : plan.steps()) {
        rows.add(new Row(plan, Optional.of(step), number++));
      }
    }
    return rows;
  }

  // ---- drawing ----

  @Override
  public Frame draw(Size size) {
    Sheet sheet = new Sheet(size, title + " > Review", steps).keys(hints());
    Frame frame = sheet.frame();
    if (trouble.isPresent()) {
      sheet.problem(trouble.get());
    } else if (!note.isEmpty()) {
      sheet.note(noteInk.orElse(Ink.GOOD), note);
    } else {
      found.ifPresent(rows -> sheet.note(Ink.DIM, looked(rows)));
    }
    if (planning) {
      String time = waited < PATIENCE ? "" : " " + waited + " s";
      frame.put(sheet.top() + 1, 3, Ink.DIM, "Making the plan \u2026" + time);
    } else if (!problems.isEmpty()) {
      drawProblems(sheet);
    } else if (plans.isEmpty()) {
      frame.put(sheet.top() + 1, 3, Ink.HEADING, "There is nothing to do.");
    } else {
      drawPlan(sheet);
      seen = true;
    }
    return frame;
  }

  private static String looked(Query.Rows rows) {
    int count = rows.rows().size();
    return "Looked at " + count + (count == 1 ? " thing" : " things") + ": l shows what was found.";
  }

  @Override
  public Next pulse() {
    waited += planning ? 1 : 0;
    return Next.stay();
  }

  private void drawProblems(Sheet sheet) {
    Frame frame = sheet.frame();
    int row = sheet.top() + 1;
    int width = frame.size().columns() - 8;
    String count = problems.size() == 1 ? "One thing is" : problems.size() + " things are";
    frame.put(row, 3, Ink.HEADING, count + " in the way. Nothing has been changed.");
    row += 2;
    for (int i = Math.max(0, cursor - 2); i < problems.size(); i++) {
      Problem problem = problems.get(i);
      List<String> what = Sheet.wrap(problem.what(), width, 2);
      List<String> more = new ArrayList<>(Sheet.wrap(problem.why(), width, 2));
      more.addAll(Sheet.wrap(problem.next(), width, 2));
      if (row + what.size() + more.size() > sheet.bottom()) {
        break;
      }
      if (i == cursor) {
        frame.put(row, 1, Ink.CURSOR, "\u203a");
      }
      frame.put(row, 3, Ink.ERROR, "\u2717");
      for (String line : what) {
        frame.put(row++, 5, i == cursor ? Ink.HEADING : Ink.PLAIN, line);
      }
      for (String line : more) {
        frame.put(row++, 5, Ink.DIM, line);
      }
      row++;
    }
  }

  private void drawPlan(Sheet sheet) {
    Frame frame = sheet.frame();
    int edge = frame.size().columns() - 1;
    boolean roomy = frame.size().rows() >= 24;
    int row = sheet.top();
    for (Form.Page page : form.pages()) {
      if (row >= sheet.top() + (roomy ? 5 : 3)) {
        break;
      }
      String words = summary(page);
      if (!words.isEmpty()) {
        frame.put(row, 3, Ink.DIM, page.title());
        frame.put(row++, 15, edge, Ink.PLAIN, words);
      }
    }
    row += roomy ? 1 : 0;
    List<Row> rows = rows();
    long count = rows.stream().filter(r -> r.step().isPresent()).count();
    frame.put(
        row++,
        3,
        Ink.HEADING,
        (count == 1 ? "This step" : "These " + count + " steps")
            + " will run. Nothing has been changed yet.");
    List<String> call = Sheet.wrap(commandLine(), edge - 7, 2);
    int end = sheet.bottom() - call.size() - (roomy ? 3 : 2);
    drawSteps(frame, rows, row, end);
    row = end + (roomy ? 1 : 0);
    int column = frame.put(row, 3, Ink.DIM, "If a step fails: ");
    frame.put(row++, column, Ink.PLAIN, undoes ? "undo what this run made" : "keep it, and ask");
    frame.put(row++, 3, Ink.DIM, "Same thing without questions:");
    for (String line : call) {
      frame.put(row++, 5, edge, Ink.CHOSEN, line);
    }
  }

  private void drawSteps(Frame frame, List<Row> rows, int from, int end) {
    int edge = frame.size().columns() - 1;
    int height = Math.max(1, end - from);
    int top = Math.clamp(cursor - height / 2, 0, Math.max(0, rows.size() - height));
    for (int i = top; i < Math.min(rows.size(), top + height); i++) {
      int row = from + i - top;
      Row item = rows.get(i);
      if (item.step().isPresent()) {
        Step step = item.step().get();
        frame.put(row, 3, Ink.DIM, String.format("%2d", item.number()));
        frame.put(row, 7, 17, Ink.KEY, PlanText.kind(step));
        frame.put(row, 17, edge, Ink.PLAIN, step.label());
      } else {
        frame.put(row, 3, edge, Ink.HEADING, item.plan().title());
      }
      if (i == cursor) {
        Rows.current(frame, row);
      }
    }
    if (top > 0) {
      frame.put(from, edge, Ink.DIM, "\u2191");
    }
    if (top + height < rows.size()) {
      frame.put(end - 1, edge, Ink.DIM, "\u2193");
    }
  }

  /** What was chosen, else the first that hold by default. */
  private static String summary(Form.Page page) {
    return page.questions().stream()
        .filter(q -> q.text().filter(text -> !text.isBlank()).isPresent())
        .filter(q -> q.given() || !q.field().advanced())
        .map(ReviewPage::words)
        .collect(Collectors.joining(", "));
  }

  private static String words(Question question) {
    String value = Shown.value(question);
    boolean speaks = question.field().position() == 1 || question.key().equals("name");
    return speaks
        ? value
        : question.field().label().toLowerCase(java.util.Locale.ROOT) + " " + value;
  }

  private String commandLine() {
    List<String> words = new ArrayList<>(desk.program());
    words.addAll(CallWords.of(form.reader().command(), form.reader().schema(), form.values()));
    return CallWords.line(words);
  }

  // ---- keys ----

  @Override
  public Next key(Key key) {
    if (starting) {
      return Next.stay();
    }
    if (Keys.BACK.is(key) || Keys.QUIT.is(key)) {
      return Next.pop();
    }
    int count = problems.isEmpty() ? rows().size() : problems.size();
    if (Keys.UP.is(key)) {
      to(cursor - 1, count);
    } else if (Keys.DOWN.is(key)) {
      to(cursor + 1, count);
    } else if (Keys.PAGE_UP.is(key)) {
      to(cursor - 10, count);
    } else if (Keys.PAGE_DOWN.is(key)) {
      to(cursor + 10, count);
    } else if (Keys.FIRST.is(key)) {
      to(0, count);
    } else if (Keys.LAST.is(key)) {
      to(count - 1, count);
    } else if (planning) {
      return Next.stay();
    } else if (!problems.isEmpty()) {
      return Keys.ENTER.is(key) ? mend() : Next.stay();
    } else {
      return act(key);
    }
    return Next.stay();
  }

  private void to(int row, int count) {
    cursor = Math.clamp(row, 0, Math.max(0, count - 1));
  }

  private Next mend() {
    mend.accept(problems.get(cursor));
    return Next.pop();
  }

  private Next act(Key key) {
    if (Keys.LOOKED.is(key) && found.isPresent()) {
      Query.Rows rows = found.get();
      return Next.push(new TablePage(title + " > Found", "rows", () -> rows, List.of()));
    }
    if (plans.isEmpty()) {
      return Keys.ENTER.is(key) ? new Next.Home() : Next.stay();
    }
    if (Keys.ENTER.is(key)) {
      start();
    } else if (Keys.VIEW.is(key) && !rows().isEmpty()) {
      return view(rows().get(cursor));
    } else if (Keys.SAVE.is(key)) {
      return Next.push(
          new AskPage(
              title + " > Save",
              "File",
              "The answers become a file for: proxkiln " + form.reader().command() + " -f FILE",
              suggestion(),
              this::save));
    } else if (Keys.POLICY.is(key)) {
      undoes = !undoes;
    } else if (Keys.MINE.is(key)) {
      run(() -> "These answers are your defaults now: " + desk.keep(form));
    } else if (Keys.COPY.is(key)) {
      return Next.push(new TextPage(title + " > Command line", commandLine()));
    }
    return Next.stay();
  }

  private void start() {
    if (plans.isEmpty() || !seen) {
      return;
    }
    starting = true;
    note = "Starting \u2026";
    noteInk = Optional.of(Ink.DIM);
    errands.ifPresent(
        them ->
            them.run(
                () -> desk.start(new Desk.Start(form, plans, undoes ? "undo" : "keep")),
                next -> {
                  aside = next instanceof Next.Aside;
                  them.go(next);
                },
                wrong -> {
                  starting = false;
                  note = "";
                  trouble = wrong.stream().findFirst();
                }));
  }

  private Next view(Row row) {
    String text =
        row.step().isPresent()
            ? PlanText.text(row.number(), row.step().get(), row.plan().node())
            : PlanText.text(row.plan());
    return Next.push(
        new TextPage(
            title + " > " + (row.step().isPresent() ? "Step " + row.number() : "Plan"), text));
  }

  private String suggestion() {
    String name =
        form.question("name")
            .flatMap(Question::text)
            .orElse(form.reader().command().replace(' ', '-'));
    return name + ".yaml";
  }

  private Optional<Problem> save(String file) {
    run(() -> "Saved to " + desk.save(form, file.strip()));
    return Optional.empty();
  }

  private void run(java.util.function.Supplier<String> work) {
    trouble = Optional.empty();
    errands.ifPresent(
        them ->
            them.run(
                work,
                text -> {
                  note = text;
                  noteInk = Optional.of(Ink.GOOD);
                },
                wrong -> {
                  note = "";
                  trouble = wrong.stream().findFirst();
                }));
  }

  @Override
  public List<Hint> hints() {
    if (planning || starting) {
      return List.of(new Hint(Keys.BACK, "back"));
    }
    if (!problems.isEmpty()) {
      return List.of(
          new Hint(Keys.ENTER, "change it"),
          new Hint(Keys.MOVE, "move"),
          new Hint(Keys.BACK, "back"));
    }
    List<Hint> hints = new ArrayList<>();
    if (found.isPresent()) {
      hints.add(new Hint(Keys.LOOKED, "found"));
    }
    if (plans.isEmpty()) {
      hints.add(new Hint(Keys.ENTER, "menu"));
      hints.add(new Hint(Keys.BACK, "back"));
      return hints;
    }
    hints.addFirst(new Hint(Keys.ENTER, "run"));
    hints.addAll(offers());
    return hints;
  }

  private static List<Hint> offers() {
    return List.of(
        new Hint(Keys.VIEW, "view step"),
        new Hint(Keys.SAVE, "save"),
        new Hint(Keys.POLICY, "on error"),
        new Hint(Keys.BACK, "back"),
        new Hint(Keys.MINE, "my defaults"),
        new Hint(Keys.COPY, "copy"));
  }

  @Override
  public List<String> help() {
    return List.of(
        "This is the plan itself, not a summary of it. Nothing is changed before you press Enter"
            + " here, and every step can be looked at before.");
  }
}
