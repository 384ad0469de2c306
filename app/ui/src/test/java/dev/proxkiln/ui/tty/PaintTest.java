package dev.proxkiln.ui.tty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.ui.screen.Frame;
import dev.proxkiln.ui.screen.Ink;
import dev.proxkiln.ui.screen.Size;
import dev.proxkiln.ui.screen.Theme;
import java.util.Random;
import org.jline.builtins.ScreenTerminal;
import org.junit.jupiter.api.Test;

class PaintTest {
  private static final Size SIZE = new Size(80, 24);

  private final ScreenTerminal terminal = new ScreenTerminal(SIZE.columns(), SIZE.rows());
  private final Paint paint = new Paint(new Theme(Theme.Palette.COLOUR, true));

  private String shown() {
    StringBuilder out = new StringBuilder();
    long[] cells = new long[SIZE.columns() * SIZE.rows()];
    terminal.dump(cells, 0, 0, SIZE.rows(), SIZE.columns(), new int[2]);
    for (int row = 0; row < SIZE.rows(); row++) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < SIZE.columns(); column++) {
        int c = (int) cells[row * SIZE.columns() + column];
        line.appendCodePoint(c == 0 ? ' ' : c);
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }

  @Test
  void theTerminalShowsEveryFrame() {
    Random random = new Random(3);
    Frame frame = new Frame(SIZE);
    for (int i = 0; i < 200; i++) {
      if (i % 10 == 0) {
        frame = new Frame(SIZE);
      } else {
        Frame next = new Frame(SIZE);
        for (int row = 0; row < SIZE.rows(); row++) {
          next.put(row, 0, Ink.PLAIN, frame.row(row));
        }
        frame = next;
      }
      for (int n = 0; n < 5; n++) {
        Ink ink = Ink.values()[random.nextInt(Ink.values().length)];
        frame.put(random.nextInt(24), random.nextInt(80), ink, "text " + i + " \u2500\u2713");
      }
      terminal.write(paint.to(frame));
      assertThat(shown()).isEqualTo(frame.text());
    }
  }

  @Test
  void onlyChangedCellsAreSent() {
    Frame one = new Frame(SIZE);
    one.put(3, 3, Ink.PLAIN, "Memory 96");
    paint.to(one);
    Frame two = new Frame(SIZE);
    two.put(3, 3, Ink.PLAIN, "Memory 97");
    assertThat(paint.to(two)).contains("\u001b[4;12H").contains("7").doesNotContain("Mem");
  }

  @Test
  void twinsStandInWhereOnlyAsciiArrives() {
    Paint ascii = new Paint(new Theme(Theme.Palette.MONOCHROME, false));
    Frame frame = new Frame(SIZE);
    frame.rule(1);
    frame.put(2, 0, Ink.CURSOR, "\u203a \u2713 \u2717 caf\u00e9 \u6f22");
    assertThat(ascii.to(frame)).contains("-".repeat(80)).contains("> + ! caf? ? ");
  }
}
