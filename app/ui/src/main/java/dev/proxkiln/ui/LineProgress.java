package dev.proxkiln.ui;

import dev.proxkiln.core.event.Events;
import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.view.RunModel;
import dev.proxkiln.core.view.StepView;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run as lines, one a step. On a terminal the line of the running step is drawn over; elsewhere a
 * new line comes every few seconds.
 *
 * <p>{@code [ 2/9] image: fetch debian-12 ... 64 % 210 of 330 MiB 35 MiB/s about 4 s left}
 */
public final class LineProgress {
  private static final Duration REDRAW = Duration.ofMillis(100);
  private static final Duration REPEAT = Duration.ofSeconds(5);

  /** A step that is quiet for so long gets a line that says that it still runs. */
  private static final Duration QUIET = Duration.ofSeconds(30);

  private final PrintStream err;
  private final Look look;
  private final InstantSource clock;
  private final boolean chatty;

  private @Nullable RunModel model;
  private Instant shown = Instant.EPOCH;
  private boolean drawn;

  /**
   * A progress display.
   *
   * @param chatty whether lines that steps print are shown too
   */
  public LineProgress(PrintStream err, Look look, InstantSource clock, boolean chatty) {
    this.err = err;
    this.look = look;
    this.clock = clock;
    this.chatty = chatty;
  }

  /** Starts to follow runs. */
  public void watch(Events events) {
    events.on(RunEvent.class, event -> show(event, clock.instant()));
  }

  /**
   * To be called about once a second while a run is under way: redraws, says that it still runs.
   */
  public synchronized void tick() {
    Instant now = clock.instant();
    Optional<StepView> step = running(now);
    if (step.isEmpty()) {
      return;
    }
    if (look.live()) {
      draw(step.get());
    } else if (Duration.between(shown, now).compareTo(QUIET) >= 0) {
      shown = now;
      print(step.get());
    }
  }

  /** Shows an event that happened at a time. */
  public synchronized void show(RunEvent event, Instant now) {
    if (event instanceof RunEvent.Started started) {
      model = new RunModel(started.run(), started.plan());
    }
    RunModel run = model;
    if (run != null) {
      run.add(event, now);
    }
    switch (event) {
      case RunEvent.Started started -> {
        if (started.resumed()) {
          line("Run " + started.run() + " goes on where it stopped.");
        } else {
          line(look.paint(Look.Ink.DIM, "Run " + started.run() + ": ") + started.plan().title());
        }
      }
      case RunEvent.StepQueued queued -> dim("waits for " + queued.lane());
      case RunEvent.StepStarted _ -> {
        shown = now;
        if (look.live()) {
          running(now).ifPresent(this::draw);
        }
      }
      case RunEvent.StepProgressed _ -> progress(now);
      case RunEvent.StepPrinted printed -> {
        if (chatty || printed.line().startsWith("WARN")) {
          dim(printed.line());
        }
      }
      case RunEvent.StepFinished finished -> finish(finished, now);
      case RunEvent.StepFailed failed -> {
        boolean stopped = failed.problem().slug().equals(CoreSlug.STOPPED.text());
        line(
            look.fit(view(failed.step(), now).map(StepText::title).orElse(failed.step().label()))
                + " ... "
                + (stopped
                    ? look.paint(Look.Ink.WARNING, "stopped")
                    : look.paint(Look.Ink.ERROR, "failed")));
      }
      case RunEvent.StepUndone undone -> line("       undone: " + look.fit(label(undone.step())));
      case RunEvent.StepLeft left -> {
        Problem problem = left.problem();
        line(
            look.paint(Look.Ink.WARNING, "       left: ")
                + look.fit(label(left.step()) + ": " + problem.what()));
      }
      case RunEvent.Announced _ -> {}
      case RunEvent.Asked asked ->
          dim(
              switch (asked.request()) {
                case PAUSE -> "pauses before the next step";
                case GO -> "goes on";
                case STOP -> "stops before the next step";
                case STOP_NOW -> "stops";
              });
      case RunEvent.Paused paused ->
          dim("paused before " + paused.step().id() + ": proxkiln resume " + paused.run());
      case RunEvent.Finished _ -> {
        model = null;
        clear();
      }
    }
  }

  private Optional<StepView> running(Instant now) {
    RunModel run = model;
    return run == null
        ? Optional.empty()
        : run.view(now).steps().stream()
            .filter(step -> step.state() == StepView.State.RUNNING)
            .findFirst();
  }

  private Optional<StepView> view(Step step, Instant now) {
    RunModel run = model;
    return run == null
        ? Optional.empty()
        : run.view(now).steps().stream().filter(s -> s.step().equals(step)).findFirst();
  }

  private void progress(Instant now) {
    Duration wait = look.live() ? REDRAW : REPEAT;
    if (Duration.between(shown, now).compareTo(wait) < 0) {
      return;
    }
    running(now)
        .ifPresent(
            step -> {
              shown = now;
              if (look.live()) {
                draw(step);
              } else {
                print(step);
              }
            });
  }

  private void finish(RunEvent.StepFinished finished, Instant now) {
    Optional<StepView> step = view(finished.step(), now);
    if (step.isEmpty()) {
      return;
    }
    String end = look.paint(Look.Ink.GOOD, "done") + "  " + Amounts.time(finished.took());
    if (finished.warnings() > 0) {
      end +=
          "  "
              + look.paint(
                  Look.Ink.WARNING,
                  finished.warnings() + (finished.warnings() == 1 ? " warning" : " warnings"));
    }
    int room = look.width().getAsInt() - 1 - plainLength(finished);
    line(
        shortened(StepText.title(step.get()), look.live() ? room : Integer.MAX_VALUE)
            + " ... "
            + end);
  }

  /** How long the end of a finished line is on the screen, at most. */
  private static int plainLength(RunEvent.StepFinished finished) {
    return " ... done  ".length()
        + Amounts.time(finished.took()).length()
        + (finished.warnings() > 0 ? "  100 warnings".length() : 0);
  }

  private String shortened(String title, int room) {
    String text = look.fit(title);
    return text.length() <= room ? text : text.substring(0, Math.max(10, room)).stripTrailing();
  }

  private static String label(Step step) {
    return step.id() + ": " + step.label();
  }

  private void print(StepView step) {
    err.println(look.fit(StepText.title(step) + " ... " + StepText.state(step)));
  }

  private void draw(StepView step) {
    String state = StepText.state(step);
    int room = look.width().getAsInt() - 1;
    int forTitle = Math.max(10, room - state.length() - 5);
    String text = shortened(StepText.title(step), forTitle) + " ... " + state;
    if (text.length() > room) {
      text = text.substring(0, Math.max(0, room));
    }
    err.print("\r" + text + "\u001b[K");
    err.flush();
    drawn = true;
  }

  private void dim(String text) {
    line(look.paint(Look.Ink.DIM, "       " + look.fit(text)));
  }

  private void line(String text) {
    clear();
    err.println(text);
    if (look.live()) {
      running(clock.instant()).ifPresent(this::draw);
    }
  }

  /** Takes the line that is drawn over away; to be called when nobody watches any more. */
  public synchronized void end() {
    clear();
  }

  private void clear() {
    if (drawn) {
      err.print("\r\u001b[K");
      err.flush();
      drawn = false;
    }
  }
}
