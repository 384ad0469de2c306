package dev.proxkiln.ui.run;

import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.view.RunView;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lines that grow: read again and again, and followed as long as the last one is in view. */
final class LinesPage implements Page {
  private static final int STRIDE = 10;
  private static final int SIDE = 20;

  private final String trail;
  private final Supplier<List<String>> source;
  private final boolean grows;
  private @Nullable List<String> lines;
  private @Nullable Errands errands;
  private Optional<Problem> trouble = Optional.empty();
  private final Reading reading = new Reading();
  private boolean follows;
  private int from;
  private int left;

  /** Rows of the last frame, which say how far one can scroll. */
  private int height = 1;

  /**
   * Lines.
   *
   * @param grows whether more may come, so that the end is shown first
   */
  LinesPage(String trail, boolean grows, Supplier<List<String>> source) {
    this.trail = trail;
    this.source = source;
    this.grows = grows;
    this.follows = grows;
  }

  static Page output(RunDesk desk, RunView run) {
    return new LinesPage(run.plan().title() + " > Output", true, () -> desk.output(run.id()));
  }

  static Page log(RunDesk desk) {
    return new LinesPage("Log", true, desk::log);
  }

  static Page details(RunDesk desk, RunView run) {
    return new LinesPage(run.plan().title() + " > Details", false, () -> desk.details(run.id()));
  }

  @Override
  public void shown(Errands given) {
    errands = given;
    read();
  }

  @Override
  public Next pulse() {
    if (grows) {
      read();
    }
    return Next.stay();
  }

  private void read() {
    reading.start(
        errands,
        source,
        found -> lines = found,
        problems -> trouble = problems.stream().findFirst());
  }

  private int last() {
    List<String> all = lines;
    return all == null ? 0 : Math.max(0, all.size() - height);
  }

  @Override
  public Frame draw(Size size) {
    Sheet sheet = new Sheet(size, trail, "").keys(hints());
    trouble.ifPresent(sheet::problem);
    Frame frame = sheet.frame();
    List<String> all = lines;
    height = sheet.height();
    if (all == null) {
      frame.put(sheet.top() + 1, 3, Ink.DIM, "Reading \u2026");
      return frame;
    }
    if (all.isEmpty()) {
      frame.put(sheet.top() + 1, 3, Ink.DIM, "Nothing yet.");
      return frame;
    }
    int top = follows ? last() : Math.clamp(from, 0, last());
    for (int i = top; i < Math.min(all.size(), top + height); i++) {
      String line = all.get(i);
      frame.put(sheet.top() + i - top, 1, Ink.PLAIN, line.substring(Math.min(line.length(), left)));
    }
    frame.putRight(
        0,
        size.columns() - 1,
        Ink.DIM,
        (top + 1) + "-" + Math.min(all.size(), top + height) + " of " + all.size() + " lines");
    return frame;
  }

  @Override
  public Next key(Key key) {
    if (Keys.BACK.is(key) || Keys.QUIT.is(key) || Keys.ENTER.is(key)) {
      return Next.pop();
    }
    int here = follows ? last() : Math.clamp(from, 0, last());
    if (Keys.UP.is(key)) {
      to(here - 1);
    } else if (Keys.DOWN.is(key)) {
      to(here + 1);
    } else if (Keys.PAGE_UP.is(key)) {
      to(here - STRIDE);
    } else if (Keys.PAGE_DOWN.is(key)) {
      to(here + STRIDE);
    } else if (Keys.FIRST.is(key)) {
      to(0);
    } else if (Keys.LAST.is(key)) {
      to(last());
    } else if (Keys.LEFT.is(key)) {
      left = Math.max(0, left - SIDE);
    } else if (Keys.RIGHT.is(key)) {
      left = Math.min(10_000, left + SIDE);
    }
    return Next.stay();
  }

  private void to(int row) {
    from = Math.clamp(row, 0, last());
    follows = grows && from == last();
  }

  @Override
  public List<Hint> hints() {
    return List.of(
        new Hint(Keys.BACK, "back"),
        new Hint(Keys.MOVE, "scroll"),
        new Hint(Keys.PAGE_DOWN, "more"),
        new Hint(Keys.LAST, "the end"),
        new Hint(Keys.RIGHT, "long lines"));
  }
}
