package dev.proxkiln.ui.page;

import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.PlanText;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.ui.desk.Desk;
import dev.proxkiln.ui.screen.Frame;
import dev.proxkiln.ui.screen.Ink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** The steps of a review, plan by plan, with the jobs among them that the user wants. */
final class JobRows {
  private List<Desk.Job> jobs = List.of();

  /** Places of the jobs that the user does not want. */
  private final Set<Integer> leftOut = new TreeSet<>();

  private List<Row> rows = List.of();
  private int cursor;

  /**
   * A row: a plan's title, or a step.
   *
   * @param job its place among the jobs
   * @param first whether it is the title of the first plan of a job
   */
  record Row(int job, Plan plan, boolean first, Optional<Step> step, int number) {
    /** All that is known of the step, or of the whole plan. */
    String text() {
      return step.map(one -> PlanText.text(number, one, plan.node()))
          .orElseGet(() -> PlanText.text(plan));
    }

    /** Of what {@link #text} tells. */
    String title() {
      return step.isPresent() ? "Step " + number : "Plan";
    }
  }

  void fill(List<Desk.Job> found) {
    jobs = found;
    list();
  }

  boolean isEmpty() {
    return jobs.isEmpty();
  }

  /** Whether there is something to choose from. */
  boolean several() {
    return jobs.size() > 1;
  }

  /** Whether the user wants every job. */
  boolean whole() {
    return leftOut.isEmpty();
  }

  /** Places of the jobs that the user wants. */
  List<Integer> chosen() {
    return IntStream.range(0, jobs.size()).filter(job -> !leftOut.contains(job)).boxed().toList();
  }

  /** Steps of what is left out are not shown. */
  private void list() {
    boolean titles = jobs.stream().mapToInt(job -> job.plans().size()).sum() > 1;
    List<Row> all = new ArrayList<>();
    for (int job = 0; job < jobs.size(); job++) {
      boolean first = true;
      for (Plan plan : jobs.get(job).plans()) {
        if (titles) {
          all.add(new Row(job, plan, first, Optional.empty(), 0));
        }
        first = false;
        int number = 1;
        for (Step step : leftOut.contains(job) ? List.<Step>of() : plan.steps()) {
          all.add(new Row(job, plan, false, Optional.of(step), number++));
        }
      }
    }
    rows = all;
  }

  int count() {
    return rows.size();
  }

  int cursor() {
    return cursor;
  }

  void to(int row) {
    cursor = Math.clamp(row, 0, Math.max(0, rows.size() - 1));
  }

  /** The row with the cursor, where there is one. */
  Optional<Row> current() {
    return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(cursor));
  }

  /** Leaves out the job of the row, or takes it in again. */
  void mark() {
    current()
        .ifPresent(
            row -> {
              if (!leftOut.remove(row.job())) {
                leftOut.add(row.job());
              }
              list();
              // To its title, whichever of its steps the cursor was on.
              to(
                  IntStream.range(0, rows.size())
                      .filter(i -> rows.get(i).job() == row.job())
                      .findFirst()
                      .orElse(0));
            });
  }

  /** Takes in every job, or none where all are. */
  void markAll() {
    boolean all = leftOut.isEmpty();
    leftOut.clear();
    IntStream.range(0, all ? jobs.size() : 0).forEach(leftOut::add);
    list();
    to(0);
  }

  /** How many steps of how many jobs will run. */
  String heading() {
    long count = rows.stream().filter(row -> row.step().isPresent()).count();
    String steps = count == 1 ? "This step" : "These " + count + " steps";
    if (!jobs.isEmpty() && chosen().isEmpty()) {
      return "None of these " + jobs.size() + " jobs is chosen.";
    }
    String all = leftOut.isEmpty() ? "" : jobs.size() - leftOut.size() + " of ";
    return several()
        ? steps + " of " + all + jobs.size() + " jobs will run."
        : steps + " will run.";
  }

  void draw(Frame frame, int from, int end) {
    int edge = frame.size().columns() - 1;
    int height = Math.max(1, end - from);
    int top = Math.clamp(cursor - height / 2, 0, Math.max(0, rows.size() - height));
    for (int i = top; i < Math.min(rows.size(), top + height); i++) {
      int row = from + i - top;
      Row item = rows.get(i);
      if (item.step().isPresent()) {
        Step step = item.step().get();
        frame.put(row, 3, Ink.DIM, String.format("%2d", item.number()));
        frame.put(row, 7, 17, Ink.KEY, PlanText.kind(step));
        frame.put(row, 17, edge, Ink.PLAIN, step.label());
      } else {
        title(frame, row, item);
      }
      if (i == cursor) {
        Rows.current(frame, row);
      }
    }
    if (top > 0) {
      frame.put(from, edge, Ink.DIM, "\u2191");
    }
    if (top + height < rows.size()) {
      frame.put(end - 1, edge, Ink.DIM, "\u2193");
    }
  }

  private void title(Frame frame, int row, Row item) {
    boolean on = !leftOut.contains(item.job());
    int column = 3;
    if (several()) {
      String mark = item.first() ? on ? "[x] " : "[ ] " : "    ";
      column = frame.put(row, column, on ? Ink.CHOSEN : Ink.DIM, mark);
    }
    String words = (item.first() ? "" : "then ") + item.plan().title();
    frame.put(row, column, frame.size().columns() - 1, on ? Ink.HEADING : Ink.DIM, words);
  }
}
