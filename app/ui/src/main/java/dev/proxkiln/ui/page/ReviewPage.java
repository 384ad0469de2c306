package dev.proxkiln.ui.page;

import dev.proxkiln.core.module.Query;
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
import java.util.Locale;
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
  private final JobRows jobs = new JobRows();
  private List<Problem> problems = List.of();
  private Optional<Query.Rows> found = Optional.empty();

  /** What a survey could not look at. */
  private List<Problem> unseen = List.of();

  private boolean planning = true;
  private int waited;
  private boolean starting;

  /** Whether the plan was on the screen: an Enter that was typed ahead starts nothing. */
  private boolean seen;

  /** Who sits before the screen is asked what to do, unless they chose otherwise. */
  private boolean undoes;

  /** Place of the problem with the cursor. */
  private int mending;

  private Optional<Ink> noteInk = Optional.empty();
  private String note = "";
  private Optional<Problem> trouble = Optional.empty();
  private Optional<Errands> errands = Optional.empty();

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
    if (!planning) {
      return;
    }
    them.run(
        () -> desk.plans(form),
        made -> {
          planning = false;
          switch (made) {
            case Checked.Valid<Desk.Proposal>(Desk.Proposal proposal) -> {
              jobs.fill(proposal.jobs());
              found = proposal.found();
              unseen = proposal.problems();
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

  // ---- drawing ----

  @Override
  public Frame draw(Size size) {
    Sheet sheet = new Sheet(size, title + " > Review", steps).keys(hints());
    Frame frame = sheet.frame();
    if (trouble.isPresent()) {
      sheet.problem(trouble.get());
    } else if (!note.isEmpty()) {
      sheet.note(noteInk.orElse(Ink.GOOD), note);
    } else if (unseen.size() == 1) {
      sheet.problem(unseen.getFirst());
    } else if (!unseen.isEmpty()) {
      sheet.note(Ink.ERROR, unseen.size() + " could not be looked at; l shows what was found.");
    } else {
      found.ifPresent(rows -> sheet.note(Ink.DIM, looked(rows)));
    }
    if (planning) {
      String time = waited < PATIENCE ? "" : " " + waited + " s";
      frame.put(sheet.top() + 1, 3, Ink.DIM, "Making the plan \u2026" + time);
    } else if (!problems.isEmpty()) {
      drawProblems(sheet);
    } else if (jobs.isEmpty()) {
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
    for (int i = Math.max(0, mending - 2); i < problems.size(); i++) {
      Problem problem = problems.get(i);
      List<String> what = Sheet.wrap(problem.what(), width, 2);
      List<String> more = new ArrayList<>(Sheet.wrap(problem.why(), width, 2));
      more.addAll(Sheet.wrap(problem.next(), width, 2));
      if (row + what.size() + more.size() > sheet.bottom()) {
        break;
      }
      if (i == mending) {
        frame.put(row, 1, Ink.CURSOR, "\u203a");
      }
      frame.put(row, 3, Ink.ERROR, "\u2717");
      for (String line : what) {
        frame.put(row++, 5, i == mending ? Ink.HEADING : Ink.PLAIN, line);
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
        frame.put(row, 3, Ink.DIM, page.title().isEmpty() ? WizardPage.ONLY : page.title());
        frame.put(row++, 15, edge, Ink.PLAIN, words);
      }
    }
    row += roomy ? 1 : 0;
    frame.put(row++, 3, Ink.HEADING, jobs.heading() + " Nothing has been changed yet.");
    List<String> call = Sheet.wrap(commandLine(), edge - 7, 2);
    int end = sheet.bottom() - call.size() - (roomy ? 3 : 2);
    jobs.draw(frame, row, end);
    row = end + (roomy ? 1 : 0);
    int column = frame.put(row, 3, Ink.DIM, "If a step fails: ");
    frame.put(row++, column, Ink.PLAIN, undoes ? "undo what this run made" : "keep it, and ask");
    frame.put(
        row++,
        3,
        Ink.DIM,
        jobs.whole() ? "Same thing without questions:" : "All jobs without questions:");
    for (String line : call) {
      frame.put(row++, 5, edge, Ink.CHOSEN, line);
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
    return speaks ? value : inside(question.field().label()) + " " + value;
  }

  /** A label inside a sentence: {@code Disk size} gets small letters, {@code CPU type} does not. */
  private static String inside(String label) {
    boolean name = label.chars().skip(1).anyMatch(Character::isUpperCase);
    return name ? label : label.toLowerCase(Locale.ROOT);
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
    if (Keys.UP.is(key)) {
      to(cursor() - 1);
    } else if (Keys.DOWN.is(key)) {
      to(cursor() + 1);
    } else if (Keys.PAGE_UP.is(key)) {
      to(cursor() - 10);
    } else if (Keys.PAGE_DOWN.is(key)) {
      to(cursor() + 10);
    } else if (Keys.FIRST.is(key)) {
      to(0);
    } else if (Keys.LAST.is(key)) {
      to(Integer.MAX_VALUE);
    } else if (planning) {
      return Next.stay();
    } else if (!problems.isEmpty()) {
      return Keys.ENTER.is(key) ? mend() : Next.stay();
    } else {
      return act(key);
    }
    return Next.stay();
  }

  private int cursor() {
    return problems.isEmpty() ? jobs.cursor() : mending;
  }

  private void to(int row) {
    if (problems.isEmpty()) {
      jobs.to(row);
    } else {
      mending = Math.clamp(row, 0, problems.size() - 1);
    }
  }

  private Next mend() {
    mend.accept(problems.get(mending));
    return Next.pop();
  }

  private Next act(Key key) {
    if (Keys.LOOKED.is(key) && found.isPresent()) {
      Query.Rows rows = found.get();
      return Next.push(new TablePage(title + " > Found", "rows", () -> rows, List.of()));
    }
    if (jobs.isEmpty()) {
      return Keys.ENTER.is(key) ? new Next.Home() : Next.stay();
    }
    if (jobs.several() && Keys.MARK.is(key)) {
      jobs.mark();
    } else if (jobs.several() && Keys.ALL.is(key)) {
      jobs.markAll();
    } else if (Keys.ENTER.is(key)) {
      start();
    } else if (Keys.VIEW.is(key)) {
      return jobs.current().map(this::view).orElse(Next.stay());
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
    if (jobs.chosen().isEmpty() || !seen) {
      return;
    }
    starting = true;
    note = "Starting \u2026";
    noteInk = Optional.of(Ink.DIM);
    errands.ifPresent(
        them ->
            them.run(
                () -> desk.start(new Desk.Start(form, jobs.chosen(), undoes ? "undo" : "keep")),
                them::go,
                wrong -> {
                  starting = false;
                  note = "";
                  trouble = wrong.stream().findFirst();
                }));
  }

  private Next view(JobRows.Row row) {
    return Next.push(new TextPage(title + " > " + row.title(), row.text()));
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
    if (jobs.isEmpty()) {
      hints.add(new Hint(Keys.ENTER, "menu"));
      hints.add(new Hint(Keys.BACK, "back"));
      return hints;
    }
    if (jobs.several()) {
      hints.addFirst(new Hint(Keys.MARK, "choose"));
      hints.add(new Hint(Keys.ALL, "all"));
    }
    if (!jobs.chosen().isEmpty()) {
      hints.addFirst(new Hint(Keys.ENTER, "run"));
    }
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
            + " here, and every step can be looked at before.",
        "Where there are several jobs, Space leaves one out or takes it in again. They run side by"
            + " side; what follows a 'then' waits for what stands before it.");
  }
}
