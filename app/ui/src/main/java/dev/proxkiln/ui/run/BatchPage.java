package dev.proxkiln.ui.run;

import dev.proxkiln.core.event.Request;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.view.Phase;
import dev.proxkiln.core.view.RunView;
import dev.proxkiln.core.view.StepView;
import dev.proxkiln.ui.Amounts;
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
import org.jspecify.annotations.Nullable;

/** Several runs that one process works on, a row each. */
public final class BatchPage implements Page {
  private static final int STATE = 26;
  private static final int BAR = 38;
  private static final int WIDTH = 12;

  private final RunDesk desk;
  private final String id;
  private final StopQuestion question;
  private List<RunDesk.Member> runs;
  private @Nullable Errands errands;
  private final Reading reading = new Reading();
  private Optional<Problem> trouble = Optional.empty();
  private int cursor;

  /** The page of a batch as it stands. */
  public BatchPage(RunDesk desk, String id, List<RunDesk.Member> runs) {
    this.desk = desk;
    this.id = id;
    this.runs = List.copyOf(runs);
    this.question = new StopQuestion(this::ask);
  }

  @Override
  public void shown(Errands given) {
    errands = given;
    read();
  }

  @Override
  public Next pulse() {
    read();
    return Next.stay();
  }

  private void read() {
    reading.start(
        errands,
        () -> desk.batch(id),
        now -> {
          runs = List.copyOf(now);
          cursor = Math.clamp(cursor, 0, Math.max(0, runs.size() - 1));
        },
        problems -> trouble = problems.stream().findFirst());
  }

  private void ask(Request request) {
    work(() -> desk.ask(id, request));
  }

  private void work(Runnable what) {
    Errands beside = errands;
    if (beside != null) {
      trouble = Optional.empty();
      beside.run(
          () -> {
            what.run();
            return id;
          },
          _ -> read(),
          problems -> trouble = problems.stream().findFirst());
    }
  }

  private long count(Phase phase) {
    return runs.stream().filter(member -> member.run().phase() == phase).count();
  }

  private boolean live() {
    return runs.stream().anyMatch(member -> member.run().phase().live());
  }

  private boolean paused() {
    return runs.stream()
        .map(member -> member.run().phase())
        .anyMatch(phase -> phase == Phase.PAUSED || phase == Phase.PAUSING);
  }

  private boolean resumable() {
    return !live()
        && runs.stream()
            .anyMatch(member -> member.run().phase().resumable() && !hopeless(member.after()));
  }

  /** Whether what has to go through first was taken back, or itself waits for such a one. */
  private boolean hopeless(String name) {
    return runs.stream()
        .filter(member -> member.name().equals(name))
        .anyMatch(
            member ->
                switch (member.run().phase()) {
                  case UNDONE, LEFT -> true;
                  case WAITING -> hopeless(member.after());
                  case RUNNING, PAUSING, PAUSED, STOPPING, UNDOING, STOPPED, FAILED, DONE -> false;
                });
  }

  @Override
  public Frame draw(Size size) {
    long done = count(Phase.DONE);
    long failed = count(Phase.FAILED) + count(Phase.UNDONE) + count(Phase.LEFT);
    Sheet sheet = new Sheet(size, "Batch > " + (live() ? "Running" : "Ended"), id).keys(hints());
    trouble.ifPresent(sheet::problem);
    if (question.open()) {
      question.draw(sheet);
    } else if (live()) {
      sheet.note(
          Ink.DIM,
          "Closing this window does not lose the runs; proxkiln attach " + id + " shows them.");
    } else if (resumable()) {
      sheet.note(Ink.DIM, "Some are not at their end. Go on: r, or proxkiln resume " + id);
    }
    Frame frame = sheet.frame();
    int row = sheet.top() + 1;
    int at = frame.put(row, 3, Ink.HEADING, done + " of " + runs.size() + " done");
    if (failed > 0) {
      at = frame.put(row, at, Ink.ERROR, "   " + failed + " failed");
    }
    long waiting =
        runs.stream().filter(m -> m.run().phase() == Phase.WAITING && !hopeless(m.after())).count();
    if (waiting > 0) {
      frame.put(row, at, Ink.DIM, "   " + waiting + " waiting");
    }
    rows(frame, row + 2, sheet.bottom());
    return frame;
  }

  private void rows(Frame frame, int from, int end) {
    int height = Math.max(1, end - from);
    int top = Math.clamp(cursor - height / 2, 0, Math.max(0, runs.size() - height));
    int edge = frame.size().columns() - 1;
    for (int i = top; i < Math.min(runs.size(), top + height); i++) {
      row(frame, from + i - top, runs.get(i), i == cursor);
    }
    if (top > 0) {
      frame.put(from, edge, Ink.DIM, "\u2191");
    }
    if (top + height < runs.size()) {
      frame.put(from + height - 1, edge, Ink.DIM, "\u2193");
    }
  }

  private void row(Frame frame, int row, RunDesk.Member member, boolean current) {
    RunView run = member.run();
    int edge = frame.size().columns() - 2;
    frame.put(row, 3, STATE - 1, current ? Ink.CURSOR : Ink.PLAIN, member.name());
    boolean never = run.phase() == Phase.WAITING && hopeless(member.after());
    frame.put(row, STATE, BAR - 1, ink(run.phase()), never ? "not started" : run.phase().word());
    if (run.phase().live()) {
      int at = RunRows.bar(frame, row, BAR, WIDTH, run.share());
      String step = run.current().filter(s -> s.state().live()).map(BatchPage::step).orElse("");
      at =
          frame.put(
              row, at + 1, Ink.PLAIN, String.format("%3d %%  ", Math.round(100 * run.share())));
      frame.put(row, at, edge, Ink.DIM, step);
    } else if (run.phase() == Phase.WAITING && !member.after().isEmpty()) {
      String why = never ? "because of " : "for ";
      frame.put(row, BAR, edge, Ink.DIM, why + member.after());
    } else if (!run.problems().isEmpty()) {
      frame.put(row, BAR, edge, Ink.DIM, run.problems().getFirst().what());
    } else if (run.phase() == Phase.DONE) {
      frame.put(row, BAR, edge, Ink.DIM, Amounts.whole(run.elapsed()) + made(run));
    }
    if (current) {
      frame.put(row, 1, Ink.CURSOR, "\u203a");
    }
  }

  private static String step(StepView step) {
    return step.state() == StepView.State.QUEUED
        ? "waits for " + step.lane()
        : step.number() + "/" + step.of() + " " + step.step().id();
  }

  private static String made(RunView run) {
    return run.announced().values().stream()
        .flatMap(facts -> Optional.ofNullable(facts.get("vmid")).stream())
        .findFirst()
        .map(vmid -> "   VM " + vmid)
        .orElse("");
  }

  private static Ink ink(Phase phase) {
    return switch (phase) {
      case WAITING -> Ink.DIM;
      case RUNNING, PAUSING, PAUSED, STOPPING -> Ink.CHOSEN;
      case UNDOING, STOPPED, UNDONE, LEFT -> Ink.WARNING;
      case FAILED -> Ink.ERROR;
      case DONE -> Ink.GOOD;
    };
  }

  @Override
  public Next key(Key key) {
    if (question.open()) {
      return question.key(key);
    }
    int last = Math.max(0, runs.size() - 1);
    if (Keys.UP.is(key)) {
      cursor = Math.max(0, cursor - 1);
    } else if (Keys.DOWN.is(key)) {
      cursor = Math.min(last, cursor + 1);
    } else if (Keys.FIRST.is(key)) {
      cursor = 0;
    } else if (Keys.LAST.is(key)) {
      cursor = last;
    } else if (Keys.PAUSE.is(key) && live()) {
      ask(paused() ? Request.GO : Request.PAUSE);
    } else if (Keys.RETRY.is(key) && resumable()) {
      work(() -> desk.resume(id));
    } else if (Keys.ENTER.is(key) && !runs.isEmpty()) {
      return Next.push(RunPage.of(desk, runs.get(cursor).run()));
    } else if (Keys.LOG.is(key)) {
      return Next.push(LinesPage.log(desk));
    } else if (Keys.BACK.is(key)) {
      return Next.pop();
    } else if (Keys.QUIT.is(key)) {
      return Next.leave(0);
    }
    return Next.stay();
  }

  @Override
  public Next interrupt() {
    return live() ? question.interrupt() : Next.leave(130);
  }

  @Override
  public List<Hint> hints() {
    if (question.open()) {
      return question.hints();
    }
    return live()
        ? List.of(
            new Hint(Keys.ENTER, "one run"),
            new Hint(Keys.PAUSE, paused() ? "go on" : "pause all"),
            new Hint(Keys.STOP, "stop"),
            new Hint(Keys.LOG, "log"),
            new Hint(Keys.BACK, "menu"),
            new Hint(Keys.QUIT, "leave them running"))
        : List.of(
            new Hint(Keys.ENTER, "one run"),
            new Hint(Keys.RETRY, "go on"),
            new Hint(Keys.LOG, "log"),
            new Hint(Keys.BACK, "menu"),
            new Hint(Keys.QUIT, "quit"));
  }
}
