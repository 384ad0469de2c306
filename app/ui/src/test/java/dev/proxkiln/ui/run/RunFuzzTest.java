package dev.proxkiln.ui.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.event.Request;
import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.ui.screen.Fuzz;
import dev.proxkiln.ui.screen.Key;
import dev.proxkiln.ui.screen.Page;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random keys on every page of runs, which go on meanwhile: nothing throws. */
@Tag("real")
class RunFuzzTest {
  private static final int LONGEST = 10;

  private static final Map<String, Function<FakeRuns, Page>> SCREENS = screens();

  private static Map<String, Function<FakeRuns, Page>> screens() {
    Map<String, Function<FakeRuns, Page>> all = new LinkedHashMap<>();
    put(all, "first step", FakeRuns::begin);
    put(all, "running", FakeRuns::untilCreate);
    put(
        all,
        "paused",
        runs -> {
          runs.untilCreate();
          runs.add(9, new RunEvent.Asked(FakeRuns.ID, Request.PAUSE));
          runs.done(12, FakeRuns.CREATE, 3);
          runs.add(12, new RunEvent.Paused(FakeRuns.ID, FakeRuns.RECORD));
        });
    put(
        all,
        "failed",
        runs -> {
          runs.untilCreate();
          runs.fail();
        });
    put(
        all,
        "cut off",
        runs -> {
          runs.untilCreate();
          runs.cutOff();
        });
    put(
        all,
        "undone",
        runs -> {
          runs.untilCreate();
          runs.add(
              11,
              new RunEvent.Finished(
                  FakeRuns.ID,
                  "UNDONE",
                  Duration.ofSeconds(11),
                  List.of(FakeRuns.FULL),
                  List.of()));
        });
    put(
        all,
        "done",
        runs -> {
          runs.untilCreate();
          runs.finish();
        });
    all.put(
        "batch",
        runs -> {
          runs.untilCreate();
          return new BatchPage(runs, "b1", runs.batch("b1"));
        });
    all.put("output", runs -> LinesPage.output(runs, running(runs).view(FakeRuns.ID)));
    all.put("log", LinesPage::log);
    all.put("details", runs -> LinesPage.details(runs, running(runs).view(FakeRuns.ID)));
    return all;
  }

  private static void put(
      Map<String, Function<FakeRuns, Page>> all, String name, Consumer<FakeRuns> until) {
    all.put(
        name,
        runs -> {
          until.accept(runs);
          return RunPage.of(runs, runs.view(FakeRuns.ID));
        });
  }

  private static FakeRuns running(FakeRuns runs) {
    runs.untilCreate();
    return runs;
  }

  /** One sequence, in which the run prints, fails or ends between two keys. */
  private static final class Trial implements Fuzz.Trial {
    private final FakeRuns runs;
    private final Page first;
    private final SplittableRandom random;
    private boolean chosen;

    Trial(FakeRuns runs, Page first, SplittableRandom random) {
      this.runs = runs;
      this.first = first;
      this.random = random;
    }

    @Override
    public Page first() {
      return first;
    }

    @Override
    public void pressed(Key key) {
      switch (random.nextInt(20)) {
        case 0 ->
            runs.add(
                9,
                new RunEvent.StepPrinted(FakeRuns.ID, FakeRuns.CREATE, "\u001b[2J\u6f22 \u0007"));
        case 1 -> runs.fail();
        case 2 -> runs.finish();
        default -> {}
      }
      // Nothing is done to a run but by a key that says so, or by Enter on its row.
      chosen = chosen || key.kind() == Key.Kind.ENTER || key.kind() == Key.Kind.TEXT;
      assertThat(chosen || runs.calls.isEmpty()).as("%s", runs.calls).isTrue();
    }
  }

  @Test
  void randomKeysBreakNothing() throws IOException {
    Set<String> tried = ConcurrentHashMap.newKeySet();
    SCREENS.forEach(
        (name, page) ->
            Fuzz.run(
                name,
                LONGEST,
                random -> {
                  FakeRuns runs = new FakeRuns();
                  Page first = page.apply(runs);
                  tried.add(first.getClass().getSimpleName());
                  return new Trial(runs, first, random);
                }));
    assertThat(new TreeSet<>(tried)).isEqualTo(Fuzz.pages("run"));
  }
}
