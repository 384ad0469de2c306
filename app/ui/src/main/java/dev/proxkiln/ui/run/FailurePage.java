package dev.proxkiln.ui.run;

import dev.proxkiln.core.plan.PlanText;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.view.Phase;
import dev.proxkiln.core.view.RunView;
import dev.proxkiln.core.view.StepView;
import dev.proxkiln.ui.run.Choices.Choice;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A run that failed or was stopped: what happened, what exists now, what can be done. */
final class FailurePage implements Page {
  private static final int TEXT = 20;

  private final RunDesk desk;
  private final RunView run;
  private final Choices choices = new Choices();
  private @Nullable Errands errands;
  private Optional<Problem> trouble = Optional.empty();
  private final Reading reading = new Reading();

  /** The release that would do what was chosen. */
  private String other = "";

  /** What is done once the user agrees that another release does it. */
  private Optional<Supplier<Next>> asked = Optional.empty();

  private String busy = "";
  private String note = "";

  FailurePage(RunDesk desk, RunView run) {
    this.desk = desk;
    this.run = run;
    choices.set(choices());
  }

  private List<Choice> choices() {
    List<Choice> all = new ArrayList<>();
    Optional<StepView> step = run.current();
    if (run.phase() == Phase.UNDONE) {
      all.add(
          Choice.of(
              Keys.CHANGE_SETTING,
              "Try again",
              "back to the form with all answers, for a new run",
              this::change));
      all.addAll(looks());
      return all;
    }
    if (run.phase().resumable()) {
      boolean failed = run.phase() == Phase.FAILED;
      all.add(
          Choice.of(
              Keys.RETRY,
              failed
                  ? "Retry" + step.map(s -> " step " + s.number()).orElse("")
                  : "Go on" + step.map(s -> " at step " + s.number()).orElse(""),
              failed ? "after you have mended what is wrong" : "where it stopped",
              () -> begin("Starting \u2026", () -> desk.resume(run.id()))));
      all.add(
          Choice.of(
              Keys.CHANGE_SETTING,
              "Change a setting",
              "back to the form with all answers, for a new run",
              this::change));
    }
    all.add(
        Choice.of(
            Keys.UNDO,
            run.phase() == Phase.LEFT ? "Undo again" : "Undo",
            made().isEmpty() ? "nothing is there to be removed" : removes(),
            () -> begin("Taking back \u2026", () -> desk.undo(run.id()))));
    all.add(
        Choice.of(
            Keys.KEEP,
            "Keep and leave",
            "go on later: proxkiln resume " + run.id(),
            () -> new Next.Home()));
    all.addAll(looks());
    return all;
  }

  private List<Choice> looks() {
    return List.of(
        Choice.of(
            Keys.DETAILS,
            "Details",
            "output, journal, everything that is known",
            () -> Next.push(LinesPage.details(desk, run))),
        Choice.of(
            Keys.SHELL,
            "Shell",
            "a shell here; come back with exit",
            () -> new Next.Aside(desk::shell)));
  }

  /** What is no cached image, which stays. */
  private List<String> made() {
    return run.made().stream().filter(thing -> !thing.endsWith(" in the cache")).toList();
  }

  private String removes() {
    List<String> things = made();
    return things.size() <= 2
        ? "removes " + String.join(" and ", things)
        : "removes the " + things.size() + " things above";
  }

  /** Asks first where another release would do it. */
  private Next begin(String doing, Runnable what) {
    Errands beside = errands;
    if (beside == null || !busy.isEmpty()) {
      return Next.stay();
    }
    busy = "Looking who began it \u2026";
    beside.run(
        () -> desk.otherRelease(run.id()),
        release -> {
          busy = "";
          if (release.isPresent()) {
            other = release.get();
            asked = Optional.of(() -> work(doing, what));
          } else {
            work(doing, what);
          }
        },
        problems -> {
          busy = "";
          trouble = problems.stream().findFirst();
        });
    return Next.stay();
  }

  private Next work(String doing, Runnable what) {
    Errands beside = errands;
    if (beside == null || !busy.isEmpty()) {
      return Next.stay();
    }
    busy = doing;
    note = "";
    trouble = Optional.empty();
    beside.run(
        () -> {
          what.run();
          return desk.view(run.id());
        },
        now -> {
          busy = "";
          beside.go(Next.replace(RunPage.of(desk, now)));
        },
        problems -> {
          busy = "";
          trouble = problems.stream().findFirst();
        });
    return Next.stay();
  }

  private Next change() {
    Errands beside = errands;
    if (beside == null || !busy.isEmpty()) {
      return Next.stay();
    }
    busy = "Reading the answers \u2026";
    Supplier<Optional<Next>> form = () -> desk.change(run.id());
    beside.run(
        form,
        next -> {
          busy = "";
          next.ifPresentOrElse(
              beside::go,
              () -> note = "The answers of this run are not known: it was made by no single form.");
        },
        problems -> {
          busy = "";
          trouble = problems.stream().findFirst();
        });
    return Next.stay();
  }

  @Override
  public void shown(Errands given) {
    errands = given;
  }

  /** Somebody else may go on with a run whose process is gone; then it is shown as it goes. */
  @Override
  public Next pulse() {
    Errands beside = errands;
    if (beside != null && run.problems().isEmpty() && busy.isEmpty()) {
      reading.start(
          beside,
          () -> desk.view(run.id()),
          now -> {
            if (now.phase() != run.phase()) {
              beside.go(Next.replace(RunPage.of(desk, now)));
            }
          },
          problems -> trouble = problems.stream().findFirst());
    }
    return Next.stay();
  }

  @Override
  public Frame draw(Size size) {
    Optional<StepView> step = run.current();
    String where = step.map(s -> " at step " + s.number() + " of " + s.of()).orElse("");
    String word =
        switch (run.phase()) {
          case UNDONE -> "Failed, and taken back";
          case LEFT -> "Not all undone";
          case FAILED -> "Failed" + where;
          case DONE, WAITING, RUNNING, PAUSING, PAUSED, STOPPING, UNDOING, STOPPED ->
              "Stopped" + where;
        };
    String trail = run.plan().title() + " > " + word;
    Sheet sheet = new Sheet(size, trail, RunRows.place(run)).keys(hints());
    trouble.ifPresent(sheet::problem);
    Optional<Problem> problem = run.problems().stream().findFirst();
    if (asked.isPresent()) {
      sheet.note(
          Ink.WARNING,
          "Release "
              + other
              + " began this run and is still installed, so that release does it, not this one.");
    } else if (!busy.isEmpty() || !note.isEmpty()) {
      sheet.note(Ink.WARNING, busy.isEmpty() ? note : busy);
    } else {
      problem.ifPresent(
          p -> sheet.note(Ink.DIM, "Problem " + p.slug() + "    proxkiln explain " + p.slug()));
    }
    Frame frame = sheet.frame();
    int end = sheet.bottom();
    // The choices are what this page is for: they get their rows first.
    int room = end - sheet.top();
    int forChoices = Math.min(choices.count(), Math.max(3, room - 9));
    int body = room > 16 ? end - forChoices - 1 : end - forChoices;
    int row = sheet.top() + (room > 18 ? 1 : 0);
    row = steps(frame, row, step);
    row = texts(frame, row + 1, body, problem);
    choices.draw(
        frame, Math.max(Math.min(row + 1, body), end - forChoices - (room > 20 ? 1 : 0)), end);
    return frame;
  }

  private int steps(Frame frame, int from, Optional<StepView> step) {
    int row = from;
    long done = run.done();
    if (done > 0) {
      frame.put(row, 3, Ink.GOOD, "\u2713");
      frame.put(row++, 6, Ink.DIM, done + (done == 1 ? " step done" : " steps done"));
    }
    if (step.isPresent()) {
      RunRows.step(frame, row++, step.get());
    }
    return row;
  }

  private int texts(Frame frame, int from, int end, Optional<Problem> problem) {
    int row = from;
    int width = frame.size().columns() - TEXT - 2;
    if (problem.isPresent()) {
      row = text(frame, row, end, "What happened", problem.get().what(), width, 3, Ink.ERROR);
      row = text(frame, row, end, "Why", problem.get().why(), width, 3, Ink.PLAIN);
      row = text(frame, row, end, "What to do", problem.get().next(), width, 2, Ink.PLAIN);
      if (run.problems().size() > 1) {
        row =
            text(
                frame,
                row,
                end,
                "",
                "and " + (run.problems().size() - 1) + " more: see the details",
                width,
                1,
                Ink.DIM);
      }
    } else {
      row =
          text(
              frame,
              row,
              end,
              "What happened",
              "The process that worked on it is gone"
                  + run.current()
                      .map(s -> "; it was at: " + PlanText.kind(s.step()) + " " + s.step().label())
                      .orElse("")
                  + ".",
              width,
              3,
              Ink.WARNING);
      row =
          text(
              frame,
              row,
              end,
              "What to do",
              "Go on: what is half made is looked at first and mended.",
              width,
              2,
              Ink.PLAIN);
    }
    String made = run.made().isEmpty() ? "nothing" : String.join(", ", run.made());
    int gap = frame.size().rows() >= 22 ? 1 : 0;
    return text(frame, row + gap, end, "What exists now", made, width, 3, Ink.PLAIN);
  }

  private static int text(
      Frame frame, int from, int end, String name, String text, int width, int most, Ink ink) {
    int row = from;
    for (String line : Sheet.wrap(text, width, most)) {
      if (row >= end) {
        return row;
      }
      if (row == from) {
        frame.put(row, 3, Ink.DIM, name);
      }
      frame.put(row++, TEXT, frame.size().columns() - 1, ink, line);
    }
    return row;
  }

  @Override
  public Next key(Key key) {
    if (asked.isPresent()) {
      Supplier<Next> agreed = asked.get();
      boolean answered = Keys.ENTER.is(key) || Keys.BACK.is(key) || Keys.QUIT.is(key);
      asked = answered ? Optional.empty() : asked;
      return Keys.ENTER.is(key) ? agreed.get() : Next.stay();
    }
    return choices
        .key(key)
        .orElseGet(
            () -> Keys.BACK.is(key) ? Next.pop() : Keys.QUIT.is(key) ? leave() : Next.stay());
  }

  private Next leave() {
    return Next.leave(run.phase() == Phase.UNDONE ? 4 : 5);
  }

  @Override
  public List<Hint> hints() {
    if (asked.isPresent()) {
      return List.of(new Hint(Keys.ENTER, "let it do so"), new Hint(Keys.BACK, "back"));
    }
    List<Hint> hints = new ArrayList<>(choices.hints());
    hints.add(2, new Hint(Keys.BACK, "menu"));
    hints.add(3, new Hint(Keys.QUIT, run.phase() == Phase.UNDONE ? "quit" : "keep and quit"));
    return hints;
  }

  @Override
  public List<String> help() {
    return List.of(
        "Everything that this run did is written down, so nothing is lost by leaving: the menu"
            + " shows the run, and proxkiln resume, undo and show work on it.");
  }
}
