package dev.proxkiln.cli.run;

import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.run.RunStore;
import dev.proxkiln.core.view.RunModel;
import dev.proxkiln.core.view.RunView;
import dev.proxkiln.host.run.EventTail;
import dev.proxkiln.host.run.FileRunStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Follows a run that another process works on, by what it writes. */
public final class RunWatch {
  private final FileRunStore runs;
  private final String id;
  private final RunModel model;
  private final EventTail tail;
  private boolean first = true;
  private boolean live;
  private boolean ended;

  RunWatch(FileRunStore runs, String id) {
    this.runs = runs;
    RunStore.Glimpse glimpse = runs.look(id);
    this.id = glimpse.id();
    this.live = glimpse.locked();
    this.model = new RunModel(this.id, glimpse.plan());
    this.tail = runs.events(this.id);
  }

  /** How a run stands now. */
  public static RunView view(FileRunStore runs, String id) {
    RunWatch watch = new RunWatch(runs, id);
    watch.poll();
    return watch.view();
  }

  String id() {
    return id;
  }

  /**
   * Reads what is new. The first time that is what the last process that worked on the run did from
   * its beginning, without the progress of steps.
   */
  List<EventTail.Timed> poll() {
    // Before the events are read, so that none is missed of a process that ends meanwhile.
    boolean worked = runs.live(id);
    List<EventTail.Timed> events = tail.more();
    for (EventTail.Timed timed : events) {
      model.add(timed.event(), timed.at());
      ended = timed.event() instanceof RunEvent.Finished;
    }
    if (first || worked != live) {
      model.settle(runs.look(id).entries(), worked && !ended);
    }
    live = worked;
    if (first) {
      first = false;
      return lastSession(events);
    }
    return events;
  }

  private static List<EventTail.Timed> lastSession(List<EventTail.Timed> all) {
    int end = all.size();
    while (end > 0 && all.get(end - 1).event() instanceof RunEvent.Finished) {
      end--;
    }
    int begin = end;
    while (begin > 0
        && !(all.get(begin - 1).event() instanceof RunEvent.Finished)
        && !(begin < end && all.get(begin).event() instanceof RunEvent.Started)) {
      begin--;
    }
    List<EventTail.Timed> session = new ArrayList<>(all.subList(begin, all.size()));
    session.removeIf(timed -> timed.event() instanceof RunEvent.StepProgressed);
    return session;
  }

  /** Whether a process works on it, as of the last poll. */
  boolean live() {
    return live && !ended;
  }

  /** Whether its end was written. */
  boolean ended() {
    return ended;
  }

  RunModel model() {
    return model;
  }

  /** The run as far as it is. */
  public RunView view() {
    return model.view(Instant.now());
  }
}
