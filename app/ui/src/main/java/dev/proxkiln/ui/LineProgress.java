package dev.proxkiln.ui;

import dev.proxkiln.core.event.Events;
import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.Problem;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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

  private @Nullable Current current;
  private boolean drawn;

  /** The running step. */
  private static final class Current {
    final String title;
    final Instant since;
    Instant shown;
    long done;
    long total = -1;
    long firstDone = -1;
    Instant firstAt;

    Current(String title, Instant now) {
      this.title = title;
      this.since = now;
      this.shown = now;
      this.firstAt = now;
    }
  }

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
    events.on(RunEvent.class, this::show);
  }

  /**
   * To be called about once a second while a run is under way: redraws, says that it still runs.
   */
  public synchronized void tick() {
    Current step = current;
    if (step == null) {
      return;
    }
    Instant now = clock.instant();
    if (look.live()) {
      draw(step, now);
    } else if (Duration.between(step.shown, now).compareTo(QUIET) >= 0) {
      step.shown = now;
      err.println(look.fit(step.title + " ... " + state(step, now)));
    }
  }

  private synchronized void show(RunEvent event) {
    Instant now = clock.instant();
    switch (event) {
      case RunEvent.Started started -> {
        if (started.resumed()) {
          line("Run " + started.run() + " goes on where it stopped.");
        } else {
          line(look.paint(Look.Ink.DIM, "Run " + started.run() + ": ") + started.plan().title());
        }
      }
      case RunEvent.StepQueued queued ->
          line(look.paint(Look.Ink.DIM, "       waits for " + queued.lane()));
      case RunEvent.StepStarted started -> {
        current = new Current(title(started), now);
        if (look.live()) {
          draw(current, now);
        }
      }
      case RunEvent.StepProgressed progressed -> progress(progressed, now);
      case RunEvent.StepPrinted printed -> {
        if (chatty || printed.line().startsWith("WARN")) {
          line(look.paint(Look.Ink.DIM, "       " + look.fit(printed.line())));
        }
      }
      case RunEvent.StepFinished finished -> finish(finished);
      case RunEvent.StepFailed failed -> {
        Current step = current;
        current = null;
        String title = step == null ? failed.step().label() : step.title;
        line(look.fit(title) + " ... " + look.paint(Look.Ink.ERROR, "failed"));
      }
      case RunEvent.StepUndone undone -> line("       undone: " + look.fit(label(undone.step())));
      case RunEvent.StepLeft left -> {
        Problem problem = left.problem();
        line(
            look.paint(Look.Ink.WARNING, "       left: ")
                + look.fit(label(left.step()) + ": " + problem.what()));
      }
      case RunEvent.Announced _ -> {}
      case RunEvent.Finished _ -> {
        current = null;
        clear();
      }
    }
  }

  private void progress(RunEvent.StepProgressed progressed, Instant now) {
    Current step = current;
    if (step == null) {
      return;
    }
    step.done = progressed.done();
    step.total = progressed.total();
    if (step.firstDone < 0) {
      step.firstDone = step.done;
      step.firstAt = now;
    }
    Duration wait = look.live() ? REDRAW : REPEAT;
    if (Duration.between(step.shown, now).compareTo(wait) >= 0) {
      step.shown = now;
      if (look.live()) {
        draw(step, now);
      } else {
        err.println(look.fit(step.title + " ... " + state(step, now)));
      }
    }
  }

  private void finish(RunEvent.StepFinished finished) {
    Current step = current;
    current = null;
    if (step == null) {
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
    line(shortened(step.title, look.live() ? room : Integer.MAX_VALUE) + " ... " + end);
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

  private static String title(RunEvent.StepStarted started) {
    int digits = String.valueOf(started.of()).length();
    return String.format(
        "[%" + digits + "d/%d] %s", started.number(), started.of(), label(started.step()));
  }

  private static String label(Step step) {
    return step.id() + ": " + step.label();
  }

  /** Percent, amounts, rate and time left, as far as they are known. */
  private static String state(Current step, Instant now) {
    if (step.firstDone < 0) {
      return Amounts.time(Duration.between(step.since, now));
    }
    double seconds = Duration.between(step.firstAt, now).toMillis() / 1000.0;
    double rate = seconds > 0.2 ? (step.done - step.firstDone) / seconds : 0;
    StringBuilder out = new StringBuilder();
    if (step.total > 0) {
      out.append(100 * step.done / step.total).append(" %  ");
      out.append(Amounts.bytes(step.done, step.total));
    } else {
      out.append(Amounts.bytes(step.done));
    }
    if (rate >= 1) {
      out.append("  ").append(Amounts.bytes((long) rate)).append("/s");
      if (step.total > step.done) {
        long left = Math.round((step.total - step.done) / rate);
        out.append("  about ").append(Amounts.whole(Duration.ofSeconds(left))).append(" left");
      }
    }
    return out.toString();
  }

  private void draw(Current step, Instant now) {
    String state = state(step, now);
    int room = look.width().getAsInt() - 1;
    int forTitle = Math.max(10, room - state.length() - 5);
    String text = shortened(step.title, forTitle) + " ... " + state;
    if (text.length() > room) {
      text = text.substring(0, Math.max(0, room));
    }
    err.print("\r" + text + "\u001b[K");
    err.flush();
    drawn = true;
  }

  private void line(String text) {
    clear();
    err.println(text);
    Current step = current;
    if (look.live() && step != null) {
      draw(step, clock.instant());
    }
  }

  private void clear() {
    if (drawn) {
      err.print("\r\u001b[K");
      err.flush();
      drawn = false;
    }
  }
}
