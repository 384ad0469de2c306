package dev.proxkiln.cli.self;

import dev.proxkiln.host.release.Stage;
import dev.proxkiln.ui.Amounts;
import dev.proxkiln.ui.Look;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/** An update as lines, one a stage; on a terminal the one of a download is drawn over. */
final class StageLines implements Stage.Watch {
  private static final long REDRAW = Duration.ofMillis(100).toNanos();

  private final PrintStream err;
  private final Look look;
  private final boolean quiet;
  private final List<Stage.Planned> plan;
  private long shown;
  private boolean drawn;

  /**
   * Lines.
   *
   * @param quiet whether nothing is said
   * @param plan all stages, to number them
   */
  StageLines(PrintStream err, Look look, boolean quiet, List<Stage.Planned> plan) {
    this.err = err;
    this.look = look;
    this.quiet = quiet;
    this.plan = plan;
  }

  @Override
  public void began(Stage.Planned planned) {
    clear();
    say("[" + (plan.indexOf(planned) + 1) + "/" + plan.size() + "] " + planned.text());
  }

  @Override
  public void progress(long done, long total) {
    long now = System.nanoTime();
    if (quiet || !look.live() || (drawn && now - shown < REDRAW && done != total)) {
      return;
    }
    shown = now;
    drawn = true;
    err.print(
        "\r\u001b[K      "
            + (total > 0
                ? done * 100 / total + " % " + Amounts.bytes(done, total)
                : Amounts.bytes(done)));
    err.flush();
  }

  @Override
  public void note(String text) {
    clear();
    say("      " + text);
  }

  /** To be called at the end, however it came. */
  void clear() {
    if (drawn) {
      err.print("\r\u001b[K");
      err.flush();
      drawn = false;
    }
  }

  private void say(String text) {
    if (!quiet) {
      err.println(look.fit(text));
    }
  }
}
