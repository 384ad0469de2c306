package dev.proxkiln.ui.page;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.module.Module;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.ui.desk.Desk;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Where everything begins: what the modules can do, what there is, what is unfinished. Nothing
 * waits for a count: it shows when it is there.
 */
public final class MenuPage implements Page {
  private static final String TEMPLATES = "template list";
  private static final String GUESTS = "guest list";
  private static final String CATALOGUE = "catalog list";
  private static final String UNFINISHED = "unfinished";

  private final Desk desk;
  private final Map<String, String> counts = new TreeMap<>();
  private final Map<String, WizardPage> wizards = new HashMap<>();
  private List<Desk.Unfinished> unfinished = List.of();
  private Optional<Facts> facts = Optional.empty();
  private Optional<Problem> trouble = Optional.empty();
  private Optional<String> notice = Optional.empty();
  private int cursor;

  /**
   * A row.
   *
   * @param mark the key that opens it
   * @param count under which name its count is kept; else empty
   * @param about what is shown while there is no count
   */
  private record Row(String mark, String title, String count, String about, Supplier<Next> open) {
    /** A run below the menu, which has no count. */
    static Row of(Desk.Unfinished run) {
      return new Row("", run.title(), UNFINISHED, run.about(), run.open());
    }

    boolean unfinished() {
      return count.equals(UNFINISHED);
    }
  }

  public MenuPage(Desk desk) {
    this.desk = desk;
  }

  @Override
  public void shown(Errands errands) {
    facts = desk.facts();
    errands.run(
        desk::unfinished,
        found -> {
          unfinished = found;
          cursor = Math.clamp(cursor, 0, Math.max(0, rows().size() - 1));
        },
        problems -> trouble = problems.stream().findFirst());
    errands.run(
        desk::look,
        found -> {
          facts = Optional.of(found);
          trouble = Optional.empty();
          countGuests(found);
        },
        problems -> trouble = problems.stream().findFirst());
    errands.run(desk::notice, found -> notice = found, problems -> {});
    count(errands, "queue", desk.queue()::rows, MenuPage::queued);
    count(errands, "runs", desk::runs, rows -> plural(rows.rows().size(), "run"));
    if (!counts.containsKey("catalogue") && Commands.asks(desk.modules(), CATALOGUE)) {
      count(
          errands,
          "catalogue",
          () -> (Query.Rows) desk.ask(CATALOGUE, Map.of()),
          rows -> plural(rows.rows().size(), "image"));
    }
  }

  private void count(
      Errands errands,
      String name,
      Supplier<Query.Rows> rows,
      java.util.function.Function<Query.Rows, String> words) {
    // What cannot be counted says so where it is opened.
    errands.run(() -> words.apply(rows.get()), text -> counts.put(name, text), problems -> {});
  }

  private static String queued(Query.Rows rows) {
    Map<String, Integer> states = new TreeMap<>();
    rows.rows().forEach(row -> states.merge(Tree.text(row, "state"), 1, Integer::sum));
    if (states.isEmpty()) {
      return "empty";
    }
    return String.join(
        ", ", states.entrySet().stream().map(e -> e.getValue() + " " + e.getKey()).toList());
  }

  private void countGuests(Facts found) {
    long templates = found.guests().stream().filter(GuestFacts::template).count();
    counts.put("templates", plural(templates, "template"));
    counts.put("guests", plural(found.guests().size() - templates, "guest"));
  }

  private static String plural(long count, String thing) {
    return count == 1 ? "1 " + thing : count + " " + thing + "s";
  }

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (Module module : desk.modules()) {
      module.actions().stream().findFirst().ifPresent(first -> add(rows, module, first));
    }
    if (Commands.asks(desk.modules(), TEMPLATES)) {
      add(rows, "Templates here", "templates", "", () -> Browsers.templates(desk));
    }
    if (Commands.asks(desk.modules(), GUESTS)) {
      add(rows, "Guests", "guests", "", () -> Browsers.guests(desk));
    }
    if (Commands.asks(desk.modules(), CATALOGUE)) {
      add(rows, "Image catalogue", "catalogue", "", () -> Browsers.catalogue(desk));
    }
    add(rows, "Queue", "queue", "", () -> Browsers.queue(desk));
    add(rows, "Runs", "runs", "", () -> Browsers.runs(desk));
    add(rows, "Doctor", "", "what is not well, and what mends it", () -> Browsers.doctor(desk));
    add(rows, "Settings", "", "values and where they come from", () -> Browsers.settings(desk));
    add(rows, "Modules", "", "what is built in, plug-ins, on and off", () -> Modules.page(desk));
    for (Desk.Unfinished one : unfinished) {
      rows.add(Row.of(one));
    }
    return rows;
  }

  private void add(List<Row> rows, Module module, Action<?> first) {
    String thing = first.name().split(" ")[0];
    rows.add(
        new Row(
            mark(rows),
            Commands.title(first.name()),
            "",
            first.summary(),
            () -> Next.push(wizard(first.name()))));
    rows.add(
        new Row(
            mark(rows),
            "More for " + thing + "s",
            "",
            Commands.verbs(module),
            () -> Next.push(new CommandsPage(desk, module))));
  }

  private void add(List<Row> rows, String title, String count, String about, Supplier<Page> page) {
    rows.add(new Row(mark(rows), title, count, about, () -> Next.push(page.get())));
  }

  /** The one that was left, with its answers; a new one after a start. */
  private WizardPage wizard(String command) {
    WizardPage known = wizards.get(command);
    if (known == null || known.done()) {
      known = new WizardPage(desk, command, Values.none());
      wizards.put(command, known);
    }
    return known;
  }

  private static String mark(List<Row> rows) {
    return rows.size() < 10 ? Integer.toString((rows.size() + 1) % 10) : "";
  }

  @Override
  public Frame draw(Size size) {
    Sheet sheet = new Sheet(size, "proxkiln " + desk.version(), place()).keys(hints());
    Frame frame = sheet.frame();
    trouble.ifPresent(sheet::problem);
    if (trouble.isEmpty()) {
      notice.ifPresent(text -> sheet.note(Ink.WARNING, text));
    }
    int row = sheet.top() + 1;
    if (sheet.height() > 16) {
      frame.put(row, 3, Ink.HEADING, "What would you like to do?");
      row += 2;
    }
    drawRows(frame, row, sheet.bottom());
    return frame;
  }

  /** Below the rows of the menu: what is unfinished, with a heading. */
  private void drawRows(Frame frame, int from, int end) {
    List<Row> rows = rows();
    int first = rows.size() - unfinished.size();
    // An empty line and a heading stand before what is unfinished.
    int extra = unfinished.isEmpty() ? 0 : 2;
    int height = end - from;
    int at = cursor < first ? cursor : cursor + extra;
    int top = Math.clamp(at - height / 2, 0, Math.max(0, rows.size() + extra - height));
    for (int i = 0; i < rows.size(); i++) {
      int row = from - top + (i < first ? i : i + extra);
      if (row >= from && row < end) {
        draw(frame, row, rows.get(i), i == cursor);
      }
    }
    int heading = from - top + first + 1;
    if (extra > 0 && heading >= from && heading < end) {
      frame.put(heading, 3, Ink.HEADING, "Unfinished");
    }
    int edge = frame.size().columns() - 1;
    if (top > 0) {
      frame.put(from, edge, Ink.DIM, "\u2191");
    }
    if (rows.size() + extra - top > height) {
      frame.put(end - 1, edge, Ink.DIM, "\u2193");
    }
  }

  private void draw(Frame frame, int row, Row item, boolean current) {
    int edge = frame.size().columns() - 2;
    frame.put(row, 3, current ? Ink.CURSOR : Ink.KEY, item.mark());
    int about = item.unfinished() ? 50 : 31;
    frame.put(row, 6, about - 2, Ink.PLAIN, item.title());
    frame.put(row, about, edge, Ink.DIM, counts.getOrDefault(item.count(), item.about()));
    if (current) {
      Rows.current(frame, row);
    }
  }

  private String place() {
    return facts
        .filter(Facts::known)
        .map(
            f ->
                f.node()
                    + "   "
                    + (f.version().isEmpty() ? "" : "PVE " + f.version() + "   ")
                    + plural(f.nodes().size(), "node"))
        .orElse(trouble.isPresent() ? "no node" : "asking the node \u2026");
  }

  @Override
  public Next key(Key key) {
    List<Row> rows = rows();
    if (Keys.UP.is(key)) {
      cursor = Math.max(0, cursor - 1);
    } else if (Keys.DOWN.is(key)) {
      cursor = Math.min(rows.size() - 1, cursor + 1);
    } else if (Keys.FIRST.is(key)) {
      cursor = 0;
    } else if (Keys.LAST.is(key)) {
      cursor = rows.size() - 1;
    } else if (Keys.ENTER.is(key) || Keys.RIGHT.is(key)) {
      return rows.get(cursor).open().get();
    } else if (Keys.QUIT.is(key)) {
      return Next.leave(0);
    } else if (key.kind() == Key.Kind.TEXT) {
      for (int i = 0; i < rows.size(); i++) {
        if (rows.get(i).mark().equals(key.text())) {
          cursor = i;
          return rows.get(i).open().get();
        }
      }
    }
    return Next.stay();
  }

  @Override
  public List<Hint> hints() {
    return List.of(
        new Hint(Keys.MOVE, "or 0-9 choose"),
        new Hint(Keys.ENTER, "open"),
        new Hint(Keys.QUIT, "quit"),
        new Hint(Keys.PROMPT, "command"));
  }

  @Override
  public List<String> help() {
    return List.of(
        "Everything that proxkiln can do begins here. Nothing is changed before a review page has"
            + " shown every step and you have pressed Enter on it.",
        "Runs that did not come to their end stand below the menu: Enter shows one.");
  }
}
