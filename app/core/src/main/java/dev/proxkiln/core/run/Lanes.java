package dev.proxkiln.core.run;

import dev.proxkiln.core.plan.Step;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntSupplier;

/**
 * Lanes that steps of several runs go through, each so many at a time, first come first served: one
 * for the disk-heavy steps of each storage, one for downloads. A step belongs to at most one lane,
 * so two runs can never wait for each other.
 */
public final class Lanes implements Turns {

  /** A width can change by itself, so whoever waits looks again after this time. */
  private static final Duration LOOK = Duration.ofMillis(250);

  private final Function<Step, Optional<Lane>> laneOf;
  private final Map<String, Place> places = new HashMap<>();

  /**
   * A lane.
   *
   * @param name for people, and what tells lanes apart
   * @param width how many steps may be in it now, at least 1; asked again while steps wait
   */
  public record Lane(String name, IntSupplier width) {

    /** A lane of an unchanging width. */
    public static Lane of(String name, int width) {
      return new Lane(name, () -> width);
    }
  }

  /** Who is in a lane and who waits. */
  private static final class Place {
    private final Deque<Object> waiting = new ArrayDeque<>();
    private int inside;
  }

  /**
   * Lanes.
   *
   * @param laneOf the lane of a step; empty for a step that need not wait
   */
  public Lanes(Function<Step, Optional<Lane>> laneOf) {
    this.laneOf = laneOf;
  }

  @Override
  public Turn take(Step step, Queued queued) throws InterruptedException {
    Optional<Lane> lane = laneOf.apply(step);
    if (lane.isEmpty()) {
      return () -> {};
    }
    String name = lane.get().name();
    Place place;
    Object me = new Object();
    synchronized (this) {
      place = places.computeIfAbsent(name, n -> new Place());
      place.waiting.add(me);
      if (mayGo(place, me, lane.get())) {
        return enter(place);
      }
    }
    queued.behind(name);
    synchronized (this) {
      try {
        while (!mayGo(place, me, lane.get())) {
          wait(LOOK.toMillis());
        }
        return enter(place);
      } finally {
        // Interrupted, or gone in already.
        place.waiting.remove(me);
        notifyAll();
      }
    }
  }

  /** Lets everyone who waits look again, because a width changed. */
  public synchronized void lookAgain() {
    notifyAll();
  }

  private static boolean mayGo(Place place, Object me, Lane lane) {
    return place.waiting.peekFirst() == me && place.inside < lane.width().getAsInt();
  }

  private Turn enter(Place place) {
    place.waiting.removeFirst();
    place.inside++;
    notifyAll();
    return () -> leave(place);
  }

  private synchronized void leave(Place place) {
    place.inside--;
    notifyAll();
  }
}
