package dev.proxkiln.ui.page;

import dev.proxkiln.ui.screen.Frame;
import dev.proxkiln.ui.screen.Hint;
import dev.proxkiln.ui.screen.Ink;
import dev.proxkiln.ui.screen.Key;
import dev.proxkiln.ui.screen.Keys;
import dev.proxkiln.ui.screen.Next;
import dev.proxkiln.ui.screen.Page;
import dev.proxkiln.ui.screen.Sheet;
import dev.proxkiln.ui.screen.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A text to be read: scrolled, wrapped, and looked through. */
public final class TextPage implements Page {
  private static final int STRIDE = 10;

  private final String trail;
  private final List<String> lines;
  private int from;
  private String wanted = "";
  private boolean finding;

  public TextPage(String trail, String text) {
    this.trail = trail;
    this.lines = text.lines().toList();
  }

  private static List<String> folded(List<String> lines, int width) {
    List<String> folded = new ArrayList<>();
    for (String line : lines) {
      String rest = line.replace("\t", "    ");
      String indent = " ".repeat(Math.min(width / 2, rest.length() - rest.stripLeading().length()));
      while (rest.length() > width) {
        int space = rest.lastIndexOf(' ', width);
        int at = space > indent.length() + width / 3 ? space : width;
        folded.add(rest.substring(0, at));
        rest = indent + "  " + rest.substring(at).stripLeading();
      }
      folded.add(rest);
    }
    return folded;
  }

  @Override
  public Frame draw(Size size) {
    Sheet sheet = new Sheet(size, trail, "").keys(hints());
    Frame frame = sheet.frame();
    List<String> folded = folded(lines, size.columns() - 4);
    int end = finding ? sheet.bottom() - 1 : sheet.bottom();
    int top = Math.clamp(from, 0, Math.max(0, folded.size() - (end - sheet.top())));
    for (int i = top; i < Math.min(folded.size(), top + end - sheet.top()); i++) {
      String line = folded.get(i);
      boolean hit =
          !wanted.isEmpty()
              && line.toLowerCase(Locale.ROOT).contains(wanted.toLowerCase(Locale.ROOT));
      frame.put(sheet.top() + i - top, 2, hit ? Ink.CHOSEN : Ink.PLAIN, line);
    }
    if (finding) {
      int at = frame.put(end, 2, Ink.KEY, "/");
      frame.caret(end, frame.put(end, at, Ink.CHOSEN, wanted));
    }
    int edge = size.columns() - 1;
    if (folded.size() > end - sheet.top()) {
      frame.putRight(0, edge, Ink.DIM, (top + 1) + " of " + folded.size() + " lines");
    }
    return frame;
  }

  @Override
  public Next key(Key key) {
    if (finding) {
      find(key);
    } else if (Keys.UP.is(key)) {
      from = Math.max(0, from - 1);
    } else if (Keys.DOWN.is(key)) {
      from = Math.min(from + 1, 4 * lines.size());
    } else if (Keys.PAGE_UP.is(key)) {
      from = Math.max(0, from - STRIDE);
    } else if (Keys.PAGE_DOWN.is(key)) {
      from = Math.min(from + STRIDE, 4 * lines.size());
    } else if (Keys.FIRST.is(key)) {
      from = 0;
    } else if (Keys.LAST.is(key)) {
      from = Integer.MAX_VALUE / 2;
    } else if (Keys.FIND.is(key)) {
      finding = true;
    } else if (Keys.BACK.is(key) || Keys.ENTER.is(key) || Keys.QUIT.is(key)) {
      return Next.pop();
    }
    return Next.stay();
  }

  private void find(Key key) {
    if (key.kind() == Key.Kind.TEXT) {
      wanted += key.text();
      jump(0);
    } else if (Keys.RUB_OUT.is(key) && !wanted.isEmpty()) {
      wanted = wanted.substring(0, wanted.length() - 1);
    } else if (Keys.ENTER.is(key)) {
      finding = false;
    } else if (Keys.BACK.is(key)) {
      finding = false;
      wanted = "";
    }
  }

  private void jump(int start) {
    String small = wanted.toLowerCase(Locale.ROOT);
    for (int i = start; i < lines.size(); i++) {
      if (lines.get(i).toLowerCase(Locale.ROOT).contains(small)) {
        from = i;
        return;
      }
    }
  }

  @Override
  public boolean typing() {
    return finding;
  }

  @Override
  public List<Hint> hints() {
    return List.of(
        new Hint(Keys.BACK, "back"),
        new Hint(Keys.MOVE, "scroll"),
        new Hint(Keys.PAGE_DOWN, "more"),
        new Hint(Keys.FIND, "find"));
  }
}
