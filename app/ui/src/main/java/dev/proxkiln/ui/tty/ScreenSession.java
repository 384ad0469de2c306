package dev.proxkiln.ui.tty;

import dev.proxkiln.ui.screen.Frame;
import dev.proxkiln.ui.screen.Key;
import dev.proxkiln.ui.screen.Keys;
import dev.proxkiln.ui.screen.Navigator;
import dev.proxkiln.ui.screen.Page;
import dev.proxkiln.ui.screen.Size;
import dev.proxkiln.ui.screen.Theme;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Shows pages on the terminal until the last one is left. */
public final class ScreenSession {
  private static final long PULSE_MILLIS = 1000;
  private static final int HANGUP = 129;

  private final Theme theme;
  private final Executor executor;
  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();

  /** What the loop waits for. */
  private sealed interface Event {
    record Pressed(Key key) implements Event {}

    record Woken() implements Event {}

    /** The keys of one opening of the terminal ended. */
    record Ended(RawTerminal terminal) implements Event {}
  }

  /**
   * A session.
   *
   * @param executor where errands run
   */
  public ScreenSession(Theme theme, Executor executor) {
    this.theme = theme;
    this.executor = executor;
  }

  /**
   * Shows pages; empty where the terminal is too small or too dumb for them.
   *
   * @param prepare is given the navigator before the first key
   */
  public OptionalInt run(Page first, Consumer<Navigator> prepare) {
    return RawTerminal.open(theme)
        .map(terminal -> run(terminal, first, prepare))
        .orElse(OptionalInt.empty());
  }

  /** Does all that the start does, on a terminal that nobody sits at. */
  public void rehearse(Page first, Consumer<Navigator> prepare) {
    // Fails where there is no terminal, having done most of what opening one takes.
    RawTerminal.open(theme).ifPresent(RawTerminal::close);
    RawTerminal.openEmpty(theme).ifPresent(terminal -> run(terminal, first, prepare));
  }

  private OptionalInt run(RawTerminal opened, Page first, Consumer<Navigator> prepare) {
    RawTerminal terminal = opened;
    try {
      Navigator navigator = new Navigator(first, executor, () -> events.add(new Event.Woken()));
      prepare.accept(navigator);
      watch(terminal);
      terminal.show(frame(navigator, terminal));
      while (navigator.left().isEmpty()) {
        Event event = next();
        if (event instanceof Event.Ended(RawTerminal which)) {
          if (which == terminal) {
            return OptionalInt.of(HANGUP);
          }
          continue;
        }
        take(event, navigator, terminal);
        Optional<Runnable> aside = navigator.aside();
        if (aside.isPresent()) {
          terminal.close();
          aside.get().run();
          terminal = RawTerminal.open(theme).orElseThrow();
          watch(terminal);
          navigator.back();
        }
        if (navigator.left().isEmpty() && events.isEmpty()) {
          terminal.show(frame(navigator, terminal));
        }
      }
      return navigator.left();
    } finally {
      terminal.close();
    }
  }

  private Event next() {
    try {
      Event event = events.poll(PULSE_MILLIS, TimeUnit.MILLISECONDS);
      return event == null ? new Event.Woken() : event;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Event.Pressed(Key.control('c'));
    }
  }

  private long pulsed = System.nanoTime();

  private void take(Event event, Navigator navigator, RawTerminal terminal) {
    switch (event) {
      case Event.Pressed(Key key) -> {
        if (Keys.REDRAW.is(key)) {
          terminal.forget();
        }
        // Too small to see what a key would do: it does nothing but leave.
        if (terminal.size().fits() || Keys.INTERRUPT.is(key)) {
          navigator.press(key);
        }
      }
      case Event.Woken _, Event.Ended _ -> navigator.deliver();
    }
    long now = System.nanoTime();
    if (now - pulsed >= TimeUnit.MILLISECONDS.toNanos(PULSE_MILLIS)) {
      pulsed = now;
      if (navigator.left().isEmpty()) {
        navigator.pulse();
      }
    }
  }

  private static Frame frame(Navigator navigator, RawTerminal terminal) {
    Size size = terminal.size();
    return size.fits() ? navigator.frame(size) : TooSmall.frame(size);
  }

  /** Reads keys on a thread of its own, which ends with the terminal. */
  private void watch(RawTerminal terminal) {
    terminal.onResize(() -> events.add(new Event.Woken()));
    Thread.ofPlatform()
        .daemon()
        .name("keys")
        .start(
            () -> {
              KeyDecoder decoder = new KeyDecoder(terminal::read);
              try {
                Optional<Key> key = decoder.next();
                while (key.isPresent()) {
                  events.add(new Event.Pressed(key.get()));
                  key = decoder.next();
                }
              } catch (IOException | UncheckedIOException e) {
                // Closed under us: the same as the end.
              }
              events.add(new Event.Ended(terminal));
            });
  }
}
