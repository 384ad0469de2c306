package dev.proxkiln.ui.screen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.testkit.Golden;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class NavigatorTest {

  /** A page that says what happened to it. */
  private static final class Said implements Page {
    private final String name;
    private final List<String> said = new ArrayList<>();
    private Next next = Next.stay();
    private boolean typing;
    private boolean loads;

    Said(String name) {
      this.name = name;
    }

    @Override
    public Frame draw(Size size) {
      return new Sheet(size, name, "right").keys(hints()).frame();
    }

    @Override
    public Next key(Key key) {
      said.add(key.kind() + key.text());
      return next;
    }

    @Override
    public List<Hint> hints() {
      return List.of(new Hint(Keys.MOVE, "choose"), new Hint(Keys.ENTER, "open"));
    }

    @Override
    public boolean typing() {
      return typing;
    }

    @Override
    public void shown(Errands errands) {
      said.add("shown");
      if (loads) {
        errands.run(() -> "loaded", said::add, problems -> said.add("failed"));
      }
    }

    @Override
    public List<String> help() {
      return List.of("This page is there to be tested, and says so in a sentence.");
    }
  }

  @Test
  void pagesAreStackedAndCameBackTo() {
    Said first = new Said("first");
    Said second = new Said("second");
    Navigator navigator = Navigator.atOnce(first);
    first.next = Next.push(second);
    navigator.press(Key.of(Key.Kind.ENTER));
    assertThat(navigator.top()).isSameAs(second);
    second.next = Next.pop();
    navigator.press(Key.of(Key.Kind.ESCAPE));
    assertThat(navigator.top()).isSameAs(first);
    assertThat(first.said).containsExactly("shown", "ENTER", "shown");
    first.next = Next.pop();
    navigator.press(Key.of(Key.Kind.ESCAPE));
    assertThat(navigator.left()).hasValue(0);
  }

  @Test
  void interruptLeavesWhateverIsShown() {
    Said first = new Said("first");
    first.typing = true;
    Navigator navigator = Navigator.atOnce(first);
    navigator.press(Key.control('c'));
    assertThat(navigator.left()).hasValue(130);
  }

  @Test
  void helpShowsTheKeysOfThePageBelow() {
    Navigator navigator = Navigator.atOnce(new Said("first"));
    navigator.press(Key.of(Key.Kind.F1));
    Golden.screen("help", navigator.frame(Size.USUAL).text());
    navigator.press(Key.of(Key.Kind.ESCAPE));
    navigator.press(Key.of('?'));
    assertThat(navigator.top()).isInstanceOf(HelpPage.class);
  }

  @Test
  void questionMarksAreTextInATextField() {
    Said first = new Said("first");
    first.typing = true;
    Navigator navigator = Navigator.atOnce(first);
    navigator.press(Key.of('?'));
    assertThat(first.said).containsExactly("shown", "TEXT?");
  }

  @Test
  void resultsOfErrandsComeBetweenKeys() {
    Deque<Runnable> elsewhere = new ArrayDeque<>();
    List<String> woken = new ArrayList<>();
    Said first = new Said("first");
    first.loads = true;
    Navigator navigator = new Navigator(first, elsewhere::add, () -> woken.add("woken"));
    assertThat(first.said).containsExactly("shown");
    elsewhere.remove().run();
    assertThat(woken).hasSize(1);
    assertThat(first.said).containsExactly("shown");
    navigator.deliver();
    assertThat(first.said).containsExactly("shown", "loaded");
  }
}
