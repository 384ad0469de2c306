package dev.proxkiln.ui.page;

import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.ui.screen.Errands;
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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Rows of a query: found by words, with what else is known of the row below them. */
final class TablePage implements Page {
  private static final String GAP = "  ";

  /** Columns for the name of what is told below the rows. */
  private static final int NAMED = 17;

  /** Columns of text that still say something. */
  private static final int LEAST = 14;

  /** Columns that the first cell of a row gets whatever there is beside it. */
  private static final int MOST = 32;

  /** Seconds after which one wants to see that time goes on. */
  private static final int PATIENCE = 2;

  private final String trail;
  private final String things;
  private final Supplier<Query.Rows> source;
  private final List<Deed> deeds;
  private final Roll<Object> roll;
  private List<Query.Column> columns = List.of();
  private List<String> notes = List.of();
  private Optional<Problem> trouble = Optional.empty();

  /** Why something was not done; shown until the next key. */
  private Optional<Problem> refused = Optional.empty();

  private boolean loading = true;
  private boolean alive;
  private String otherwise = "";
  private int waited;
  private Optional<Errands> errands = Optional.empty();

  /**
   * What can be done with a row.
   *
   * @param act what comes next, from the page and the row
   */
  record Deed(Keys keys, String label, BiFunction<TablePage, Object, Next> act) {
    /** Leads to another page. */
    static Deed leads(Keys keys, String label, Function<Object, Next> next) {
      return new Deed(keys, label, (page, row) -> next.apply(row));
    }

    /** Does something that waits, and reads the rows again. */
    static Deed does(Keys keys, String label, Consumer<Object> work) {
      return new Deed(keys, label, (page, row) -> page.work(() -> work.accept(row)));
    }
  }

  /**
   * A table.
   *
   * @param things what the rows are, for their number
   * @param source waits
   */
  TablePage(String trail, String things, Supplier<Query.Rows> source, List<Deed> deeds) {
    this.trail = trail;
    this.things = things;
    this.source = source;
    this.deeds = List.copyOf(deeds);
    this.roll = new Roll<>(row -> searchable(row));
  }

  /** The same, read again every second: for what changes while one looks at it. */
  TablePage alive() {
    alive = true;
    return this;
  }

  /** The same, with what to do where there are no rows. */
  TablePage otherwise(String text) {
    otherwise = text;
    return this;
  }

  private String searchable(Object row) {
    return columns.stream().map(c -> Tree.text(row, c.path())).collect(Collectors.joining(" "));
  }

  @Override
  public void shown(Errands them) {
    errands = Optional.of(them);
    load(them);
  }

  private void load(Errands them) {
    loading = true;
    waited = 0;
    them.run(
        source,
        rows -> {
          loading = false;
          trouble = Optional.empty();
          columns = rows.columns();
          notes = rows.notes();
          roll.fill(rows.rows());
        },
        problems -> {
          loading = false;
          trouble = problems.stream().findFirst();
        });
  }

  /** Does something that waits, and reads the rows again. */
  Next work(Runnable what) {
    errands.ifPresent(
        them ->
            them.run(
                () -> {
                  what.run();
                  return trail;
                },
                _ -> load(them),
                problems -> {
                  refused = problems.stream().findFirst();
                  load(them);
                }));
    return Next.stay();
  }

  /** Moves on from here, once the page above is left. */
  void go(Next next) {
    errands.ifPresent(them -> them.go(next));
  }

  @Override
  public Next pulse() {
    if (loading) {
      waited++;
    } else if (alive) {
      errands.ifPresent(this::load);
    }
    return Next.stay();
  }

  @Override
  public Frame draw(Size size) {
    Sheet sheet = new Sheet(size, trail, "").keys(hints());
    Optional<Problem> wrong = refused.or(() -> trouble);
    wrong.ifPresent(sheet::problem);
    if (wrong.isEmpty() && !notes.isEmpty()) {
      sheet.note(Ink.DIM, notes.getFirst());
    }
    Frame frame = sheet.frame();
    if (loading && roll.total() == 0) {
      String time = waited < PATIENCE ? "" : " " + waited + " s";
      frame.put(sheet.top() + 1, 3, Ink.DIM, "Reading \u2026" + time);
      return frame;
    }
    if (roll.total() == 0 && trouble.isPresent()) {
      return frame;
    }
    roll.drawFilter(frame, sheet.top(), things);
    if (roll.total() == 0) {
      frame.put(sheet.top() + 2, 3, Ink.PLAIN, "There are none.");
      int row = sheet.top() + 3;
      for (String text : Sheet.wrap(otherwise, size.columns() - 6, 3)) {
        frame.put(row++, 3, Ink.DIM, text);
      }
      return frame;
    }
    int[] widths = widths(size.columns() - 5);
    List<String> about =
        roll.current().map(row -> about(row, widths, size.columns())).orElse(List.of());
    int room = Math.max(3, sheet.height() - 4 - Math.min(about.size() + 1, 7));
    line(
        frame,
        sheet.top() + 1,
        Ink.HEADING,
        columns.stream().map(Query.Column::title).toList(),
        widths);
    int end = Math.min(sheet.bottom(), sheet.top() + 2 + room);
    roll.draw(
        frame,
        sheet.top() + 2,
        end,
        (row, at, current) -> {
          line(frame, at, Ink.PLAIN, cells(row), widths);
          if (current) {
            Rows.current(frame, at);
          }
        });
    int row = end + 1;
    for (String text : about) {
      if (row < sheet.bottom()) {
        frame.put(row++, 3, Ink.DIM, text);
      }
    }
    return frame;
  }

  private List<String> cells(Object row) {
    return columns.stream().map(c -> Tree.text(row, c.path()).replaceAll("\\s+", " ")).toList();
  }

  /** What the columns of the row cut or leave out, and what it knows that no column shows. */
  private List<String> about(Object row, int[] widths, int room) {
    List<Map.Entry<String, String>> facts = new ArrayList<>();
    List<String> cells = cells(row);
    for (int i = 0; i < cells.size(); i++) {
      int width = i < widths.length ? widths[i] : 0;
      if (Frame.width(cells.get(i)) > width && !cells.get(i).isBlank()) {
        facts.add(Map.entry(columns.get(i).title(), cells.get(i)));
      }
    }
    List<String> shown = columns.stream().map(Query.Column::path).toList();
    if (row instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) -> {
            if (!shown.contains(key.toString())
                && !(value instanceof Map)
                && !Boolean.FALSE.equals(value)) {
              String text =
                  value instanceof List<?> list
                      ? list.stream().map(Tree::text).collect(Collectors.joining(", "))
                      : Tree.text(value);
              if (!text.isBlank() && !text.contains("\n")) {
                facts.add(Map.entry(key.toString(), text));
              }
            }
          });
    }
    return laid(facts, room - 4);
  }

  /** A line for each, or for two short ones. */
  private static List<String> laid(List<Map.Entry<String, String>> facts, int room) {
    int half = room / 2;
    List<String> lines = new ArrayList<>();
    String left = "";
    for (Map.Entry<String, String> fact : facts) {
      List<String> parts = named(fact.getKey(), fact.getValue(), room);
      boolean brief = parts.size() == 1 && Frame.width(parts.getFirst()) < half;
      if (brief && !left.isEmpty()) {
        String gap = " ".repeat(half - Frame.width(left));
        lines.set(lines.size() - 1, left + gap + parts.getFirst());
        left = "";
      } else {
        lines.addAll(parts);
        left = brief ? parts.getFirst() : "";
      }
    }
    return lines;
  }

  private static List<String> named(String name, String text, int room) {
    List<String> lines = new ArrayList<>();
    String head = Commands.capital(name.toLowerCase(Locale.ROOT));
    for (String part : Sheet.wrap(text, room - NAMED, 2)) {
      lines.add(String.format("%-" + NAMED + "s%s", lines.isEmpty() ? head : "", part));
    }
    return lines;
  }

  /**
   * Of the columns that have room, from the first: as wide as their widest cells, or less. What has
   * none is told below the rows.
   */
  private int[] widths(int room) {
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = columns.get(i).title().length();
    }
    for (Object row : roll.all()) {
      List<String> cells = cells(row);
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], Frame.width(cells.get(i)));
      }
    }
    while (widths.length > 2 && needed(widths) > room) {
      widths = Arrays.copyOf(widths, widths.length - 1);
    }
    int gaps = GAP.length() * Math.max(0, widths.length - 1);
    while (Arrays.stream(widths).sum() + gaps > room) {
      int widest = widths.length - 1;
      for (int i = 1; i < widths.length; i++) {
        widest = widths[i] > widths[widest] ? i : widest;
      }
      // The first says what the row is, so it is cut last.
      widest = widths[widest] > LEAST ? widest : 0;
      if (widths[widest] <= 4) {
        break;
      }
      widths[widest]--;
    }
    return widths;
  }

  /** How wide a row must be for its columns to say something. */
  private static int needed(int[] widths) {
    int sum = Math.min(widths[0], MOST);
    for (int i = 1; i < widths.length; i++) {
      sum += GAP.length() + Math.min(widths[i], LEAST);
    }
    return sum;
  }

  private static void line(Frame frame, int row, Ink ink, List<String> cells, int[] widths) {
    int column = 3;
    for (int i = 0; i < widths.length; i++) {
      frame.put(row, column, column + widths[i], ink, cells.get(i));
      column += widths[i] + GAP.length();
    }
  }

  @Override
  public Next key(Key key) {
    refused = Optional.empty();
    if (roll.key(key)) {
      return Next.stay();
    }
    for (Deed deed : deeds) {
      if (deed.keys().is(key, typing())) {
        return roll.current().map(row -> deed.act().apply(this, row)).orElse(Next.stay());
      }
    }
    if (Keys.REFRESH.is(key, typing())) {
      errands.ifPresent(this::load);
      return Next.stay();
    }
    return Keys.BACK.is(key) || Keys.QUIT.is(key, typing()) ? Next.pop() : Next.stay();
  }

  @Override
  public boolean typing() {
    return roll.finding();
  }

  @Override
  public List<Hint> hints() {
    List<Hint> hints = new ArrayList<>();
    boolean some = roll.current().isPresent();
    if (some) {
      deeds.forEach(deed -> hints.add(new Hint(deed.keys(), deed.label())));
    }
    hints.add(new Hint(Keys.BACK, "back"));
    if (roll.total() > 0) {
      hints.add(new Hint(Keys.FIND, "find"));
      hints.add(new Hint(Keys.MOVE, "move"));
    }
    hints.add(new Hint(Keys.REFRESH, "read again"));
    return hints;
  }
}
