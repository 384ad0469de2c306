package dev.proxkiln.ui.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jline.utils.WCWidth;

/**
 * Presses random keys on a screen, at sizes that change all the time: nothing may throw, and no
 * frame may hold what would steer a terminal.
 */
public final class Fuzz {
  /** How many sequences of keys every screen has to stand. */
  public static final int SEQUENCES = Integer.getInteger("proxkiln.fuzz", 10_000);

  private static final long SEED = 20261121;

  private Fuzz() {}

  /** The help of a page, which only its keys open. */
  public static Page help(Page about) {
    return new HelpPage(about);
  }

  /** Names of the classes of a package that are pages. */
  public static Set<String> pages(String folder) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/java/dev/proxkiln/ui", folder))) {
      return files
          .filter(file -> isPage(file))
          .map(file -> file.getFileName().toString().replace(".java", ""))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static boolean isPage(Path file) {
    try {
      return Files.readString(file).contains(" implements Page {");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One sequence on one screen. */
  public interface Trial {
    /** The screen that it begins on. */
    Page first();

    /** After each key. */
    default void pressed(Key key) {}

    /** After each frame that was drawn. */
    default void drawn(Page page, Frame frame) {}
  }

  /**
   * Tries a screen, sequences side by side; the same each time.
   *
   * @param name for the message of a failure
   * @param longest keys of a sequence at most
   * @param trials gives a trial of its own for each sequence
   */
  public static void run(
      String name, int longest, Function<SplittableRandom, ? extends Trial> trials) {
    run(name, longest, SEQUENCES, trials);
  }

  /** The same with another number of sequences. */
  public static void run(
      String name, int longest, int sequences, Function<SplittableRandom, ? extends Trial> trials) {
    IntStream.range(0, sequences)
        .parallel()
        .forEach(
            i -> {
              SplittableRandom random = new SplittableRandom(SEED + 31L * name.hashCode() + i);
              List<Key> pressed = new ArrayList<>();
              try {
                sequence(random, longest, trials.apply(random), pressed);
              } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(name + ", sequence " + i + ": " + pressed, e);
              }
            });
  }

  private static void sequence(
      SplittableRandom random, int longest, Trial trial, List<Key> pressed) {
    // Half of them get the answers of their errands late.
    boolean late = random.nextBoolean();
    Deque<Runnable> work = new ArrayDeque<>();
    Navigator navigator = new Navigator(trial.first(), late ? work::add : Runnable::run, () -> {});
    trial.drawn(navigator.top(), navigator.frame(Size.USUAL));
    for (int n = random.nextInt(1 + random.nextInt(longest));
        n >= 0 && navigator.left().isEmpty();
        n--) {
      Key key = key(random);
      pressed.add(key);
      navigator.press(key);
      trial.pressed(key);
      if (!work.isEmpty() && random.nextInt(3) == 0) {
        work.remove().run();
        navigator.deliver();
      }
      if (navigator.left().isEmpty() && random.nextInt(10) == 0) {
        navigator.pulse();
      }
      if (navigator.aside().isPresent()) {
        navigator.back();
      }
      if (navigator.left().isEmpty()) {
        Frame frame = navigator.frame(size(random));
        look(frame);
        trial.drawn(navigator.top(), frame);
      }
    }
  }

  /** Mostly small, where room is short; now and then up to 200x60. */
  private static Size size(SplittableRandom random) {
    boolean large = random.nextInt(20) == 0;
    return new Size(80 + random.nextInt(large ? 121 : 10), 20 + random.nextInt(large ? 41 : 10));
  }

  private static void look(Frame frame) {
    Size size = frame.size();
    for (int row = 0; row < size.rows(); row++) {
      for (int column = 0; column < size.columns(); column++) {
        int c = frame.cell(row, column);
        if (c >= ' ' && c <= '~') {
          continue;
        }
        boolean wide = c > '~' && WCWidth.wcwidth(c) == 2;
        boolean continued = column + 1 < size.columns() && frame.cell(row, column + 1) == 0;
        if (c != 0 && (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT)
            || wide != continued
            || c == 0 && column == 0) {
          assertThat(frame.row(row)).as("row %d, column %d", row, column).isEqualTo("plain text");
        }
      }
    }
  }

  private static Key key(SplittableRandom random) {
    return switch (random.nextInt(10)) {
      case 0, 1 -> Key.of(Key.Kind.ENTER);
      case 2 -> Key.of((char) (' ' + random.nextInt(95)));
      case 3 -> Key.of("jk/ vsemcxadrpoluft?q9".charAt(random.nextInt(22)));
      case 4 ->
          random.nextInt(40) == 0
              ? Key.paste("pasted\ntext \u001b[2J \u6f22\u5b57 \u202e")
              : Key.of(Key.Kind.DOWN);
      case 5 ->
          random.nextInt(60) == 0 ? Key.control('c') : Key.control("aul".charAt(random.nextInt(3)));
      default -> {
        Key.Kind[] kinds = Key.Kind.values();
        Key.Kind kind = kinds[random.nextInt(kinds.length)];
        boolean text = kind == Key.Kind.TEXT || kind == Key.Kind.PASTE || kind == Key.Kind.CONTROL;
        yield Key.of(text ? Key.Kind.TAB : kind);
      }
    };
  }
}
