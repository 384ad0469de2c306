package dev.proxkiln.ui.run;

import dev.proxkiln.core.event.Request;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.view.Phase;
import dev.proxkiln.core.view.RunView;
import dev.proxkiln.core.view.StepView;
import dev.proxkiln.ui.StepText;
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

/**
 * A run that is under way: its steps, how far it is, what it prints. When it ends, the page of its
 * end takes this one's place.
 */
public final class RunPage implements Page {
  /** Lines of output that are shown where there is room. */
  private static final int TAIL = 6;

  private final RunDesk desk;
  private final StopQuestion question;
  private RunView run;
  private @Nullable Errands errands;
  private final Reading reading = new Reading();
  private Optional<Problem> trouble = Optional.empty();

  private RunPage(RunDesk desk, RunView run) {
    this.desk = desk;
    this.run = run;
    this.question = new StopQuestion(request -> ask(request));
  }

  /** The page for a run as it stands: under way, stopped or at its end. */
  public static Page of(RunDesk desk, RunView run) {
    return run.phase().live() || run.phase() == Phase.WAITING && run.began().isPresent()
        ? new RunPage(desk, run)
        : ended(desk, run);
  }

  private static Page ended(RunDesk desk, RunView run) {
    return switch (run.phase()) {
      case DONE -> new ResultPage(desk, run);
      case UNDONE ->
          run.problems().isEmpty() ? new ResultPage(desk, run) : new FailurePage(desk, run);
      case WAITING, RUNNING, PAUSING, PAUSED, STOPPING, UNDOING, STOPPED, FAILED, LEFT ->
          new FailurePage(desk, run);
    };
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
    Errands beside = errands;
    reading.start(
        beside,
        () -> desk.view(run.id()),
        now -> {
          run = now;
          if (beside != null && !now.phase().live()) {
            beside.go(Next.replace(ended(desk, now)));
          }
        },
        problems -> trouble = problems.stream().findFirst());
  }

  private void ask(Request request) {
    Errands beside = errands;
    if (beside != null) {
      beside.run(
          () -> {
            desk.ask(run.id(), request);
            return request;
          },
          _ -> read(),
          problems -> trouble = problems.stream().findFirst());
    }
  }

  @Override
  public Frame draw(Size size) {
    String trail = run.plan().title() + " > " + word(run.phase());
    Sheet sheet = new Sheet(size, trail, RunRows.place(run)).keys(hints());
    Frame frame = sheet.frame();
    trouble.ifPresent(sheet::problem);
    if (question.open()) {
      question.draw(sheet);
    } else {
      sheet.note(
          Ink.DIM,
          "Closing this window does not lose the run; proxkiln attach " + run.id() + " shows it.");
    }
    int bottom = sheet.bottom() - 1;
    RunRows.whole(frame, bottom, run);
    int top = sheet.top() + 1;
    int room = bottom - 1 - top;
    List<String> tail = run.tail();
    int lines = Math.min(tail.size(), Math.clamp(room - run.steps().size() - 2, 2, TAIL));
    boolean output = !tail.isEmpty() && room >= 10;
    int end = output ? bottom - 1 - lines - 2 : bottom - 1;
    int row = RunRows.steps(frame, top, end, run);
    if (output) {
      output(frame, Math.min(row + 1, bottom - lines - 2), lines);
    }
    return frame;
  }

  private void output(Frame frame, int row, int lines) {
    int edge = frame.size().columns() - 1;
    Optional<StepView> step = run.current();
    frame.put(row, 3, Ink.HEADING, step.map(s -> "Output of step " + s.number()).orElse("Output"));
    step.filter(s -> s.amount().isPresent())
        .ifPresent(s -> frame.putRight(row, edge, Ink.DIM, StepText.state(s)));
    List<String> tail = run.tail();
    int at = row + 1;
    for (String line : tail.subList(tail.size() - lines, tail.size())) {
      frame.put(at++, 5, edge, Ink.DIM, line);
    }
  }

  private static String word(Phase phase) {
    return switch (phase) {
      case WAITING -> "Waiting";
      case RUNNING -> "Running";
      case PAUSING -> "Pauses after this step";
      case PAUSED -> "Paused";
      case STOPPING -> "Stopping";
      case UNDOING -> "Taking back";
      case STOPPED, FAILED, DONE, UNDONE, LEFT -> "Ended";
    };
  }

  @Override
  public Next key(Key key) {
    if (question.open()) {
      return question.key(key);
    }
    if (Keys.OUTPUT.is(key)) {
      return Next.push(LinesPage.output(desk, run));
    }
    if (Keys.LOG.is(key)) {
      return Next.push(LinesPage.log(desk));
    }
    if (Keys.DETAILS.is(key)) {
      return Next.push(LinesPage.details(desk, run));
    }
    if (Keys.PAUSE.is(key)) {
      ask(isPaused() ? Request.GO : Request.PAUSE);
      return Next.stay();
    }
    if (Keys.BACK.is(key)) {
      return Next.pop();
    }
    return Keys.QUIT.is(key) ? Next.leave(0) : Next.stay();
  }

  private boolean isPaused() {
    return run.phase() == Phase.PAUSED || run.phase() == Phase.PAUSING;
  }

  @Override
  public Next interrupt() {
    return question.interrupt();
  }

  @Override
  public List<Hint> hints() {
    if (question.open()) {
      return question.hints();
    }
    return List.of(
        new Hint(Keys.OUTPUT, "output"),
        new Hint(Keys.LOG, "log"),
        new Hint(Keys.PAUSE, isPaused() ? "go on" : "pause after this step"),
        new Hint(Keys.STOP, "stop"),
        new Hint(Keys.BACK, "menu"),
        new Hint(Keys.DETAILS, "details"),
        new Hint(Keys.QUIT, "leave it running"));
  }

  @Override
  public List<String> help() {
    return List.of(
        "The run is worked on by a process of its own. It goes on when you leave this page, close"
            + " the window or lose the connection; the menu shows it, and so does: proxkiln attach");
  }
}
