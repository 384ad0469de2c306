package dev.proxkiln.core.event;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** A typed synchronous bus; safe for use by several threads. */
public final class Events {

  private final Map<Class<?>, List<Consumer<Object>>> listeners = new ConcurrentHashMap<>();

  /** Calls a listener for every event of a type or of its subtypes. */
  public <E> void on(Class<E> type, Consumer<? super E> listener) {
    listeners
        .computeIfAbsent(type, t -> new CopyOnWriteArrayList<>())
        .add(event -> listener.accept(type.cast(event)));
  }

  /** Tells every listener of the event's type, on this thread. */
  public <E> void publish(E event) {
    listeners.forEach(
        (type, all) -> {
          if (type.isInstance(event)) {
            all.forEach(listener -> tell(listener, event));
          }
        });
  }

  private static void tell(Consumer<Object> listener, Object event) {
    try {
      listener.accept(event);
    } catch (RuntimeException e) {
      // A broken listener must not stop the run that it watches.
      LoggerFactory.getLogger(Events.class).warn("a listener of {} failed", event.getClass(), e);
    }
  }
}
