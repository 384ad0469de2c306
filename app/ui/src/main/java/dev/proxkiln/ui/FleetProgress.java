package dev.proxkiln.ui;

import dev.proxkiln.core.event.Events;
import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.view.Phase;
import dev.proxkiln.core.view.RunModel;
import dev.proxkiln.core.view.RunView;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Several runs side by side as lines: what took its time, what failed, what ended; on a terminal
 * one more line below that is drawn over and says where each of them is.
 *
 * <p>{@code debian-13 image: Download Debian 13 ... done 4.2 s}
 */
public final class FleetProgress {
  private static final Duration REDRAW = Duration.ofMillis(200);

  /** After so long without a line there is one that says where everything is. */
  private static final Duration QUIET = Duration.ofSeconds(30);

  /** Steps that are done faster get no line of their own. */
  private static final Duration WORTH_A_LINE = Duration.ofSeconds(1);

  private final PrintStream err;
  private final Look look;
  private final InstantSource clock;
  private final boolean chatty;
  private final int total;
  private final int widest;
  private final Map<String, String> names = new HashMap<>();
  private final Map<String, RunModel> running = new LinkedHashMap<>();
  private Instant shown;
  private int ended;
  private boolean drawn;

  /**
   * A progress display.
   *
   * @param chatty whether every step and every line that steps print are shown
   * @param total how many runs there will be; 0 where that is not known
   * @param widest length of the longest name
   */
  public FleetProgress(
      PrintStream err, Look look, InstantSource clock, boolean chatty, int total, int widest) {
    this.err = err;
    this.look = look;
    this.clock = clock;
    this.chatty = chatty;
    this.total = total;
    this.widest = widest;
    this.shown = clock.instant();
  }

  /** Starts to follow runs. */
  public void watch(Events events) {
    events.on(RunEvent.class, event -> show(event, clock.instant()));
  }

  /** The name that a run's lines begin with; its ID where it has none. */
  public synchronized void name(String run, String name) {
    names.put(run, name);
  }

  /** To be called about once a second: redraws, says that all is still under way. */
  public synchronized void tick() {
    Instant now = clock.instant();
    if (running.isEmpty()) {
      return;
    }
    if (look.live()) {
      draw(now);
    } else if (Duration.between(shown, now).compareTo(QUIET) >= 0) {
      shown = now;
      err.println(look.fit(status(now)));
    }
  }

  /** Something to say that belongs to one of the runs or to none. */
  public synchronized void say(String name, String text) {
    line(name, text);
  }

  /** Shows an event that happened at a time. */
  public synchronized void show(RunEvent event, Instant now) {
    String name = names.getOrDefault(event.run(), event.run());
    if (event instanceof RunEvent.Started started) {
      running.put(event.run(), new RunModel(started.run(), started.plan()));
    }
    RunModel model = running.get(event.run());
    if (model != null) {
      model.add(event, now);
    }
    switch (event) {
      case RunEvent.Started started -> {
        line(name, (started.resumed() ? "goes on where it stopped, run " : "run ") + started.run());
      }
      case RunEvent.StepQueued queued -> {
        if (chatty) {
          line(name, label(queued.step()) + " ... waits for " + queued.lane());
        }
      }
      case RunEvent.StepStarted _, RunEvent.StepProgressed _ -> redraw(now);
      case RunEvent.StepPrinted printed -> {
        if (chatty || printed.line().startsWith("WARN")) {
          line(name, look.paint(Look.Ink.DIM, look.fit(printed.line())));
        }
      }
      case RunEvent.StepFinished finished -> {
        if (chatty || finished.took().compareTo(WORTH_A_LINE) >= 0 || finished.warnings() > 0) {
          line(
              name,
              label(finished.step())
                  + " ... "
                  + look.paint(Look.Ink.GOOD, "done")
                  + "  "
                  + Amounts.time(finished.took())
                  + (finished.warnings() > 0
                      ? look.paint(Look.Ink.WARNING, "  warnings: " + finished.warnings())
                      : ""));
        }
      }
      case RunEvent.StepFailed failed ->
          line(
              name,
              label(failed.step())
                  + " ... "
                  + (failed.problem().slug().equals(CoreSlug.STOPPED.text())
                      ? look.paint(Look.Ink.WARNING, "stopped")
                      : look.paint(Look.Ink.ERROR, "failed")));
      case RunEvent.StepUndone undone -> line(name, "undone: " + label(undone.step()));
      case RunEvent.StepLeft left ->
          line(
              name,
              look.paint(Look.Ink.WARNING, "left: ")
                  + label(left.step())
                  + ": "
                  + look.fit(left.problem().what()));
      case RunEvent.Announced _ -> {}
      case RunEvent.Asked asked ->
          line(
              name,
              switch (asked.request()) {
                case PAUSE -> "pauses before the next step";
                case GO -> "goes on";
                case STOP -> "stops before the next step";
                case STOP_NOW -> "stops";
              });
      case RunEvent.Paused paused -> line(name, "paused before " + paused.step().id());
      case RunEvent.Finished finished -> {
        running.remove(event.run());
        ended++;
        boolean good = finished.state().equals("DONE");
        line(
            name,
            look.paint(good ? Look.Ink.GOOD : Look.Ink.ERROR, good ? "done" : "not done")
                + "  "
                + Amounts.time(finished.took())
                + (total > 0 ? "  (" + ended + " of " + total + ")" : ""));
      }
    }
  }

  private String label(Step step) {
    return look.fit(step.id() + ": " + step.label());
  }

  private void redraw(Instant now) {
    if (look.live() && Duration.between(shown, now).compareTo(REDRAW) >= 0) {
      draw(now);
    }
  }

  private String status(Instant now) {
    List<String> parts = new ArrayList<>();
    running.forEach(
        (run, model) -> parts.add(names.getOrDefault(run, run) + " " + state(model, now)));
    return ended + (total > 0 ? " of " + total : "") + " done; " + String.join(", ", parts);
  }

  private static String state(RunModel model, Instant now) {
    RunView run = model.view(now);
    return run.phase() == Phase.PAUSED
        ? "is paused"
        : run.current().filter(step -> step.state().live()).map(StepText::brief).orElse("begins");
  }

  private void draw(Instant now) {
    shown = now;
    String text = look.fit(status(now));
    int room = look.width().getAsInt() - 1;
    err.print("\r" + (text.length() > room ? text.substring(0, room) : text) + "\u001b[K");
    err.flush();
    drawn = true;
  }

  private void line(String name, String text) {
    if (drawn) {
      err.print("\r\u001b[K");
      drawn = false;
    }
    shown = clock.instant();
    err.println(name + " ".repeat(Math.max(0, widest - name.length())) + "  " + text);
    if (look.live() && !running.isEmpty()) {
      draw(shown);
    }
  }

  /** Takes the line that is drawn over away; to be called when all is done. */
  public synchronized void end() {
    if (drawn) {
      err.print("\r\u001b[K");
      err.flush();
      drawn = false;
    }
  }
}
