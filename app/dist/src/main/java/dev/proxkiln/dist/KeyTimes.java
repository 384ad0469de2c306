package dev.proxkiln.dist;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.ui.page.PickPage;
import dev.proxkiln.ui.screen.Key;
import dev.proxkiln.ui.screen.Navigator;
import dev.proxkiln.ui.screen.Size;
import dev.proxkiln.ui.screen.Theme;
import dev.proxkiln.ui.tty.Paint;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Times keys on a list of ten thousand rows, for {@code ./dev bench}. */
public final class KeyTimes {
  private static final int ROWS = 10_000;
  private static final int ROUNDS = 20;

  private KeyTimes() {}

  /**
   * Prints the time of the slowest key in milliseconds, from the key to what is sent to the
   * terminal; of each key the best of several rounds, since everything else a machine does only
   * adds.
   */
  public static void main(String[] args) {
    List<Field.Choice> choices =
        IntStream.range(0, ROWS)
            .mapToObj(i -> new Field.Choice("guest-" + i, "VM on pve" + i % 7 + ", tag " + i % 13))
            .toList();
    List<Key> keys = new ArrayList<>(Key.typing("/guest 9 pve3"));
    for (Key.Kind kind :
        List.of(Key.Kind.DOWN, Key.Kind.PAGE_DOWN, Key.Kind.BACKSPACE, Key.Kind.BACKSPACE)) {
      keys.add(Key.of(kind));
    }
    keys.add(Key.of(Key.Kind.ESCAPE));
    keys.add(Key.of(Key.Kind.END));
    double[] best = new double[keys.size()];
    for (int round = 0; round < ROUNDS; round++) {
      Navigator navigator =
          Navigator.atOnce(new PickPage("Guests", choices, false, List.of(), chosen -> {}));
      Paint paint = new Paint(new Theme(Theme.Palette.COLOUR, true));
      paint.to(navigator.frame(Size.USUAL));
      for (int i = 0; i < keys.size(); i++) {
        long begun = System.nanoTime();
        navigator.press(keys.get(i));
        String sent = paint.to(navigator.frame(Size.USUAL));
        double took = (System.nanoTime() - begun) / 1e6;
        if (sent.isEmpty()) {
          throw new IllegalStateException("nothing was sent");
        }
        best[i] = round == 0 ? took : Math.min(best[i], took);
      }
    }
    double slowest = 0;
    for (double one : best) {
      slowest = Math.max(slowest, one);
    }
    System.out.printf("%.1f%n", slowest);
  }
}
