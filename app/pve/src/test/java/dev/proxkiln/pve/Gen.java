package dev.proxkiln.pve;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Random values from a fixed seed, so that a failure comes again. */
public final class Gen {
  private final SplittableRandom random;

  private Gen(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** Checks a property for many values; a failure names the seed of its value. */
  public static void forAll(int times, Consumer<Gen> property) {
    for (long seed = 0; seed < times; seed++) {
      try {
        property.accept(new Gen(seed));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("with seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  /** A whole number, both ends included. */
  public int number(int from, int to) {
    return random.nextInt(from, to + 1);
  }

  public long number(long from, long to) {
    return random.nextLong(from, to + 1);
  }

  public boolean flag() {
    return random.nextBoolean();
  }

  public <T> T one(List<T> of) {
    return of.get(number(0, of.size() - 1));
  }

  @SafeVarargs
  public final <T> T one(T... of) {
    return of[number(0, of.length - 1)];
  }

  public <T> Optional<T> maybe(Supplier<T> value) {
    return flag() ? Optional.of(value.get()) : Optional.empty();
  }

  /** Characters of a set. */
  public String text(String alphabet, int from, int to) {
    return text(g -> String.valueOf(alphabet.charAt(g.number(0, alphabet.length() - 1))), from, to);
  }

  public String text(Function<Gen, String> piece, int from, int to) {
    StringBuilder text = new StringBuilder();
    int length = number(from, to);
    for (int i = 0; i < length; i++) {
      text.append(piece.apply(this));
    }
    return text.toString();
  }

  /** Anything that an argument can hold: all of Unicode but NUL and lone surrogates. */
  public String anything(int to) {
    return text(
        g -> {
          int kind = g.number(0, 3);
          return switch (kind) {
            case 0 ->
                g.one(
                    "'", "\"", "\\", "$", "`", " ", "\n", "\t", "!", "*", ";", "&", "|", "=", "#",
                    "~", "%", "\r");
            case 1 -> Character.toString(g.number(1, 126));
            case 2 -> Character.toString(g.number(0xa0, 0x2fff));
            default -> Character.toString(g.number(0x1f300, 0x1f5ff));
          };
        },
        0,
        to);
  }
}
