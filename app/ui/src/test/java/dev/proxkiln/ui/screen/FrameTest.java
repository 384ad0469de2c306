package dev.proxkiln.ui.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FrameTest {
  private final Frame frame = new Frame(new Size(10, 2));

  @Test
  void cutsWhatDoesNotFitAndSaysSo() {
    frame.put(0, 4, Ink.PLAIN, "sevenletters");
    frame.put(1, 0, Ink.PLAIN, "ten chars.");
    assertThat(frame.text()).isEqualTo("    seven\u2026\nten chars.\n");
  }

  @Test
  void nothingThatItIsGivenSteersTheTerminal() {
    frame.put(0, 0, Ink.PLAIN, "a\u001b[2Jb\u0007\u202ec\nd");
    assertThat(frame.row(0)).isEqualTo("a[2Jbc d");
  }

  @Test
  void wideCharactersTakeTwoCells() {
    int end = frame.put(0, 0, Ink.PLAIN, "\u6f22\u5b57x");
    assertThat(end).isEqualTo(5);
    assertThat(frame.row(0)).isEqualTo("\u6f22\u5b57x");
    frame.put(1, 7, Ink.PLAIN, "\u6f22\u5b57");
    assertThat(frame.row(1)).isEqualTo("       \u6f22\u2026");
  }

  @Test
  void writingOutsideDoesNothing() {
    frame.put(5, 0, Ink.PLAIN, "x");
    frame.put(0, 40, Ink.PLAIN, "x");
    frame.put(-1, -1, Ink.PLAIN, "x");
    frame.caret(9, 9);
    assertThat(frame.text()).isEqualTo("\n\n");
    assertThat(frame.caret()).isEmpty();
  }

  @Test
  void sentencesBreakBetweenWords() {
    assertThat(Sheet.wrap("one two three four", 9, 5))
        .isEqualTo(List.of("one two", "three", "four"));
    assertThat(Sheet.wrap("one two three four", 9, 2)).isEqualTo(List.of("one two", "three four"));
    assertThat(Sheet.wrap("", 9, 2)).isEmpty();
  }
}
