package dev.proxkiln.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventsTest {
  @Test
  void tellsListenersOfTheTypeAndOfItsParentsOnly() {
    Events events = new Events();
    List<Object> heard = new ArrayList<>();
    events.on(Number.class, heard::add);
    events.on(Integer.class, heard::add);
    events.publish(1);
    events.publish(2L);
    events.publish("no");
    assertThat(heard).containsExactlyInAnyOrder(1, 1, 2L);
  }

  @Test
  void aBrokenListenerDoesNotStopTheOthers() {
    Events events = new Events();
    List<Object> heard = new ArrayList<>();
    events.on(
        String.class,
        text -> {
          throw new IllegalStateException("broken");
        });
    events.on(String.class, heard::add);
    events.publish("x");
    assertThat(heard).containsExactly("x");
  }
}
