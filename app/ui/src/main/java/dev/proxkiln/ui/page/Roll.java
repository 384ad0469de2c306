package dev.proxkiln.ui.page;

import dev.proxkiln.ui.screen.Frame;
import dev.proxkiln.ui.screen.Ink;
import dev.proxkiln.ui.screen.Key;
import dev.proxkiln.ui.screen.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Rows with a cursor and a filter. What is found is found by words: a row stays that has them all,
 * in either case.
 */
final class Roll<T> {
  private static final int STRIDE = 10;

  private final Function<T, String> text;
  private List<T> all = List.of();
  private List<String> haystacks = List.of();
  private List<Integer> shown = List.of();
  private String filter = "";
  private boolean finding;
  private int cursor;

  /**
   * An empty roll.
   *
   * @param text what is looked through to find a row
   */
  Roll(Function<T, String> text) {
    this.text = text;
  }

  /** Draws a row. */
  @FunctionalInterface
  interface Painter<T> {
    void paint(T item, int row, boolean current);
  }

  /** Other rows; the cursor stays on its row where that is still there. */
  void fill(List<T> items) {
    Optional<T> before = current();
    all = List.copyOf(items);
    haystacks = all.stream().map(item -> text.apply(item).toLowerCase(Locale.ROOT)).toList();
    sift();
    before.ifPresent(this::point);
  }

  List<T> all() {
    return all;
  }

  /** How many rows stay. */
  int count() {
    return shown.size();
  }

  int total() {
    return all.size();
  }

  boolean finding() {
    return finding;
  }

  String filter() {
    return filter;
  }

  /** Puts the cursor on a row, where it is shown. */
  void point(T item) {
    for (int i = 0; i < shown.size(); i++) {
      if (all.get(shown.get(i)).equals(item)) {
        cursor = i;
        return;
      }
    }
  }

  /** The row with the cursor. */
  Optional<T> current() {
    return shown.isEmpty() ? Optional.empty() : Optional.of(all.get(shown.get(cursor)));
  }

  /** The rows that stay. */
  List<T> found() {
    return shown.stream().map(all::get).toList();
  }

  /** Takes a key that moves, finds or ends finding; whether it did. */
  boolean key(Key key) {
    if (Keys.FIND.is(key, finding)) {
      finding = true;
    } else if (finding && key.types()) {
      narrow(filter + key.text().replace('\n', ' '));
    } else if (finding && Keys.RUB_OUT.is(key)) {
      narrow(
          filter.substring(
              0, filter.offsetByCodePoints(filter.length(), filter.isEmpty() ? 0 : -1)));
    } else if (finding && Keys.RUB_ALL.is(key)) {
      narrow("");
    } else if (Keys.BACK.is(key) && (finding || !filter.isEmpty())) {
      finding = false;
      narrow("");
    } else {
      return move(key);
    }
    return true;
  }

  private boolean move(Key key) {
    if (Keys.UP.is(key, finding)) {
      to(cursor - 1);
    } else if (Keys.DOWN.is(key, finding)) {
      to(cursor + 1);
    } else if (Keys.PAGE_UP.is(key)) {
      to(cursor - STRIDE);
    } else if (Keys.PAGE_DOWN.is(key)) {
      to(cursor + STRIDE);
    } else if (Keys.FIRST.is(key, finding)) {
      to(0);
    } else if (Keys.LAST.is(key, finding)) {
      to(shown.size() - 1);
    } else {
      return false;
    }
    return true;
  }

  private void to(int row) {
    cursor = Math.clamp(row, 0, Math.max(0, shown.size() - 1));
  }

  private void narrow(String wanted) {
    Optional<T> before = current();
    boolean wider = !wanted.startsWith(filter);
    filter = wanted;
    if (wider) {
      sift();
    } else {
      shown = shown.stream().filter(this::stays).toList();
    }
    cursor = 0;
    if (wanted.isEmpty()) {
      before.ifPresent(this::point);
    }
  }

  private void sift() {
    List<Integer> stay = new ArrayList<>(all.size());
    for (int i = 0; i < all.size(); i++) {
      if (stays(i)) {
        stay.add(i);
      }
    }
    shown = stay;
    to(cursor);
  }

  private boolean stays(int index) {
    if (filter.isBlank()) {
      return true;
    }
    String haystack = haystacks.get(index);
    for (String word : filter.toLowerCase(Locale.ROOT).strip().split("\\s+")) {
      if (!haystack.contains(word)) {
        return false;
      }
    }
    return true;
  }

  /** Draws the rows around the cursor, between two rows of a frame, and how many there are. */
  void draw(Frame frame, int from, int end, Painter<T> painter) {
    int height = end - from;
    if (height < 1) {
      return;
    }
    int top = Math.clamp(cursor - height / 2, 0, Math.max(0, shown.size() - height));
    for (int i = top; i < Math.min(shown.size(), top + height); i++) {
      int row = from + i - top;
      painter.paint(all.get(shown.get(i)), row, i == cursor);
      if (i == cursor) {
        frame.put(row, 1, Ink.CURSOR, "\u203a");
      }
    }
    int edge = frame.size().columns() - 1;
    if (top > 0) {
      frame.put(from, edge, Ink.DIM, "\u2191");
    }
    if (top + height < shown.size()) {
      frame.put(end - 1, edge, Ink.DIM, "\u2193");
    }
  }

  /** What is looked for, and how much there is of it; on a row of its own. */
  void drawFilter(Frame frame, int row, String what) {
    int edge = frame.size().columns() - 1;
    if (finding || !filter.isEmpty()) {
      int at = frame.put(row, 3, Ink.KEY, "/");
      at = frame.put(row, at, edge - 20, Ink.CHOSEN, filter);
      if (finding) {
        frame.caret(row, at);
      }
      frame.putRight(row, edge, Ink.DIM, count() + " of " + total() + " match");
    } else {
      frame.putRight(row, edge, Ink.DIM, total() + " " + (total() == 1 ? one(what) : what));
    }
  }

  /** The word for one of these: {@code entry} of {@code entries}, {@code run} of {@code runs}. */
  private static String one(String things) {
    return things.replaceFirst("ies$", "y").replaceFirst("s$", "");
  }
}
