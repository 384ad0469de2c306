package dev.proxkiln.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

class PaceTest {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final long[] done = new long[8];

  /** Lets downloads run for a time, as many as the pace allows, and asks it every 100 ms. */
  private int after(Pace pace, Duration time, IntToLongFunction bytesPerSecondOfAll) {
    int width = pace.width();
    for (long ms = 0; ms < time.toMillis(); ms += 100) {
      now = now.plusMillis(100);
      long all = bytesPerSecondOfAll.applyAsLong(width) / 10;
      for (int i = 0; i < width; i++) {
        done[i] += all / width;
        pace.progressed("run " + i, done[i], -1);
      }
      width = pace.width();
    }
    return width;
  }

  @Test
  void oneDownloadWhereOneFillsTheLine() {
    Pace pace = new Pace(() -> now, 4);
    assertThat(pace.width()).isEqualTo(1);
    assertThat(after(pace, Duration.ofSeconds(5), n -> 10_000_000)).isEqualTo(1);
    assertThat(after(pace, Duration.ofSeconds(20), n -> 10_000_000)).isEqualTo(1);
  }

  @Test
  void asManyAsMakeItFasterWhereEachConnectionHasItsShare() {
    Pace pace = new Pace(() -> now, 4);
    assertThat(after(pace, Duration.ofSeconds(20), n -> n * 1_000_000L)).isEqualTo(4);
  }

  @Test
  void noMoreThanHelp() {
    Pace pace = new Pace(() -> now, 8);
    assertThat(after(pace, Duration.ofSeconds(20), n -> Math.min(n, 2) * 1_000_000L)).isEqualTo(2);
  }

  @Test
  void triesAgainAfterAWhile() {
    Pace pace = new Pace(() -> now, 4);
    after(pace, Duration.ofSeconds(5), n -> 1_000_000);
    assertThat(after(pace, Pace.AGAIN.plusSeconds(10), n -> n * 1_000_000L)).isGreaterThan(1);
  }

  @Test
  void oneWhoseBytesAreAllHereLeavesTheLineToTheNext() {
    Pace pace = new Pace(() -> now, 4);
    pace.progressed("run 0", 10, 20);
    assertThat(pace.width()).isEqualTo(1);
    pace.progressed("run 0", 20, 20);
    assertThat(pace.width()).isEqualTo(2);
    pace.ended("run 0");
    assertThat(pace.width()).isEqualTo(1);
    Pace narrow = new Pace(() -> now, 1);
    narrow.progressed("run 0", 20, 20);
    assertThat(narrow.width()).isEqualTo(1);
  }

  @Test
  void waitsForTheFirstByteBeforeItJudges() {
    Pace pace = new Pace(() -> now, 4);
    now = now.plusSeconds(30);
    assertThat(pace.width()).isEqualTo(1);
    now = now.plusSeconds(30);
    assertThat(pace.width()).isEqualTo(1);
  }
}
