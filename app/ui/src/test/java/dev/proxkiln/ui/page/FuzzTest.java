package dev.proxkiln.ui.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.field.Values;
import dev.proxkiln.ui.desk.Desk;
import dev.proxkiln.ui.screen.Frame;
import dev.proxkiln.ui.screen.Key;
import dev.proxkiln.ui.screen.Navigator;
import dev.proxkiln.ui.screen.Next;
import dev.proxkiln.ui.screen.Page;
import dev.proxkiln.ui.screen.Size;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random keys on every page at random sizes: nothing throws, and nothing starts unseen. */
@Tag("real")
class FuzzTest {
  private static final long SEED = 20261121;
  private static final int SEQUENCES = 10_000;
  private static final int LONGEST = 30;

  private static final List<Function<Desk, Page>> PAGES =
      List.of(
          MenuPage::new,
          desk -> new WizardPage(desk, "template create", Values.none()),
          desk ->
              new WizardPage(
                  desk,
                  "template create",
                  Values.of(Map.of("image", "debian-12", "nic", "bridge=vmbr0"), FakeDesk.file())),
          desk -> new CommandsPage(desk, new ToyModule()),
          Browsers::templates,
          Browsers::guests,
          Browsers::catalogue,
          Browsers::queue,
          Browsers::runs,
          Browsers::check,
          Browsers::settings,
          desk -> new TextPage("Text", "one\ntwo\n" + "long ".repeat(100)));

  private static Key key(Random random) {
    return switch (random.nextInt(10)) {
      case 0, 1 -> Key.of(Key.Kind.ENTER);
      case 2 -> Key.of((char) (' ' + random.nextInt(95)));
      case 3 -> Key.of("jk/ vsemcxad?q9".charAt(random.nextInt(15)));
      case 4 ->
          random.nextInt(40) == 0 ? Key.paste("pasted\ntext \u001b[2J") : Key.of(Key.Kind.DOWN);
      case 5 ->
          random.nextInt(60) == 0 ? Key.control('c') : Key.control("aul".charAt(random.nextInt(3)));
      default -> {
        List<Key.Kind> kinds = new ArrayList<>(List.of(Key.Kind.values()));
        kinds.removeAll(List.of(Key.Kind.TEXT, Key.Kind.PASTE, Key.Kind.CONTROL));
        yield Key.of(kinds.get(random.nextInt(kinds.size())));
      }
    };
  }

  @Test
  void randomKeysBreakNothingAndStartNothingUnseen() {
    System.out.println("seed " + SEED);
    Random random = new Random(SEED);
    int started = 0;
    for (int i = 0; i < SEQUENCES; i++) {
      FakeDesk desk = new FakeDesk();
      desk.nodeless = random.nextInt(20) == 0;
      Page first = PAGES.get(i % PAGES.size()).apply(desk);
      // Half of them get their answers late.
      boolean late = random.nextBoolean();
      Deque<Runnable> work = new ArrayDeque<>();
      Navigator navigator = new Navigator(first, late ? work::add : Runnable::run, () -> {});
      List<Key> pressed = new ArrayList<>();
      String seen = "";
      try {
        for (int n = random.nextInt(LONGEST); n >= 0 && navigator.left().isEmpty(); n--) {
          Key key = key(random);
          pressed.add(key);
          int before = desk.started.size();
          navigator.press(key);
          if (late && random.nextInt(3) == 0 && !work.isEmpty()) {
            work.remove().run();
            navigator.deliver();
          }
          if (random.nextInt(10) == 0 && navigator.left().isEmpty()) {
            navigator.pulse();
          }
          if (desk.started.size() > before) {
            assertThat(seen).contains("will run. Nothing has been changed yet.");
            started++;
          }
          if (navigator.left().isEmpty()) {
            boolean large = random.nextInt(10) == 0;
            Size size =
                new Size(
                    80 + random.nextInt(large ? 121 : 10), 20 + random.nextInt(large ? 41 : 10));
            Frame frame = navigator.frame(size);
            if (navigator.top() instanceof ReviewPage) {
              seen = frame.text();
            }
          }
        }
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("sequence " + i + ": " + pressed, e);
      }
    }
    // The fuzz reaches the end of the way, or it would prove nothing.
    assertThat(started).isPositive();
  }

  @Test
  void goingHomeWorksFromEverywhere() {
    FakeDesk desk = new FakeDesk();
    Navigator navigator = Navigator.atOnce(new MenuPage(desk));
    navigator.press(Key.of(Key.Kind.ENTER));
    navigator.go(new Next.Home());
    assertThat(navigator.top()).isInstanceOf(MenuPage.class);
  }
}
