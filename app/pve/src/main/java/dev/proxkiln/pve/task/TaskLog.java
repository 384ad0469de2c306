package dev.proxkiln.pve.task;

import dev.proxkiln.core.port.PvePort.TaskWatch;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a task's log as it grows: passes lines on, finds progress in them, keeps the last ones.
 *
 * <p>Not safe for use by several threads.
 */
public final class TaskLog {

  /** How many lines are kept for a problem's reason. */
  static final int KEPT = 12;

  private static final Pattern TRANSFERRED =
      Pattern.compile("transferred (\\d+(?:\\.\\d+)?) (\\w+) of (\\d+(?:\\.\\d+)?) (\\w+) \\(");
  // wget's own lines, in the log of download-url.
  private static final Pattern WGET_LENGTH = Pattern.compile("^Length: (\\d+)\\b");
  private static final Pattern WGET_DOTS = Pattern.compile("^\\s*\\d+[KM][ .]+(\\d{1,3})%");
  private static final Pattern QEMU_IMG = Pattern.compile("\\((\\d+(?:\\.\\d+)?)/100%\\)");

  private final TaskWatch watch;
  private final Deque<String> last = new ArrayDeque<>();
  private long length = 100;

  public TaskLog(TaskWatch watch) {
    this.watch = watch;
  }

  /** Takes one new line. */
  public void line(String text) {
    if (last.size() == KEPT) {
      last.removeFirst();
    }
    last.addLast(text);
    watch.line(text);
    progress(text);
  }

  /** The last lines, at most {@link #KEPT}, without progress lines. */
  public List<String> tail() {
    return last.stream().filter(line -> !line.contains("transferred ")).toList();
  }

  /** The last lines of a whole log. */
  public static List<String> tail(List<String> lines) {
    TaskLog log = new TaskLog(TaskWatch.NONE);
    new ArrayList<>(lines).forEach(log::line);
    return log.tail();
  }

  private void progress(String text) {
    Matcher copy = TRANSFERRED.matcher(text);
    if (copy.find()) {
      Optional<Long> done = bytes(copy.group(1), copy.group(2));
      Optional<Long> total = bytes(copy.group(3), copy.group(4));
      if (done.isPresent() && total.isPresent()) {
        watch.progress(done.get(), total.get());
      }
      return;
    }
    Matcher size = WGET_LENGTH.matcher(text);
    if (size.find()) {
      length = Long.parseLong(size.group(1));
      return;
    }
    Matcher dots = WGET_DOTS.matcher(text);
    if (dots.find()) {
      watch.progress(length * Long.parseLong(dots.group(1)) / 100, length);
      return;
    }
    Matcher percent = QEMU_IMG.matcher(text);
    if (percent.find()) {
      watch.progress(new BigDecimal(percent.group(1)).longValue(), 100);
    }
  }

  private static Optional<Long> bytes(String number, String unit) {
    int shift =
        switch (unit) {
          case "B" -> 0;
          case "KiB" -> 10;
          case "MiB" -> 20;
          case "GiB" -> 30;
          case "TiB" -> 40;
          default -> -1;
        };
    return shift < 0
        ? Optional.empty()
        : Optional.of(new BigDecimal(number).multiply(BigDecimal.valueOf(1L << shift)).longValue());
  }
}
