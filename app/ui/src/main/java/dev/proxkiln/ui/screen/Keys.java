package dev.proxkiln.ui.screen;

import java.util.ArrayList;
import java.util.List;

/**
 * Every key that means something: the one table that the last row of a page, its help and {@code
 * docs/keys.md} are made from.
 */
public enum Keys {
  UP(Place.EVERYWHERE, "Up", "one up", key(Key.Kind.UP), letter('k')),
  DOWN(Place.EVERYWHERE, "Down", "one down", key(Key.Kind.DOWN), letter('j')),
  MOVE(Place.SHOWN, "Up/Down", "one up or down"),
  FIRST(Place.EVERYWHERE, "Home", "the first one", key(Key.Kind.HOME), letter('g')),
  LAST(Place.EVERYWHERE, "End", "the last one", key(Key.Kind.END), letter('G')),
  PAGE_UP(Place.EVERYWHERE, "PgUp", "a screen up", key(Key.Kind.PAGE_UP)),
  PAGE_DOWN(Place.EVERYWHERE, "PgDn", "a screen down", key(Key.Kind.PAGE_DOWN)),
  ENTER(Place.EVERYWHERE, "Enter", "accept what is shown and go on", key(Key.Kind.ENTER)),
  BACK(Place.EVERYWHERE, "Esc", "go back; what was typed is kept", key(Key.Kind.ESCAPE)),
  HELP(Place.EVERYWHERE, "F1", "this help", key(Key.Kind.F1), letter('?')),
  QUIT(Place.EVERYWHERE, "q", "leave", letter('q')),
  INTERRUPT(Place.EVERYWHERE, "Ctrl-C", "leave at once; asks where a run goes on", control('c')),
  PROMPT(Place.EVERYWHERE, ":", "type a command", letter(':')),
  REDRAW(Place.EVERYWHERE, "Ctrl-L", "draw the screen anew", control('l')),

  FIND(Place.LISTS, "/", "find: only rows with all the words stay", letter('/')),
  MARK(Place.LISTS, "Space", "choose or drop a row", letter(' '), letter('x')),
  ALL(Place.LISTS, "Ctrl-A", "choose all rows, or none", control('a')),
  REFRESH(Place.LISTS, "R", "read the list again", letter('R')),
  CREATE(Place.LISTS, "c", "make a template of it", letter('c')),
  TEST(Place.LISTS, "t", "boot a clone of it and see whether it works", letter('t')),
  START(Place.LISTS, "s", "run what waits; shows it first", letter('s')),
  UPSTREAM(Place.LISTS, "u", "ask the publishers", letter('u')),
  FIX(Place.LISTS, "f", "mend what is safe to mend; asks first", letter('f')),
  TURN(Place.LISTS, "Space", "switch a module on or off", letter(' ')),
  DIGIT(Place.LISTS, "0-9", "open the row with that number"),

  CHANGE(Place.FORMS, "Space", "change: switch, choose or open", letter(' ')),
  LEFT(Place.FORMS, "Left", "the choice before, or back in the text", key(Key.Kind.LEFT)),
  RIGHT(Place.FORMS, "Right", "the choice after, or on in the text", key(Key.Kind.RIGHT)),
  NEXT_FIELD(Place.FORMS, "Tab", "the next field", key(Key.Kind.TAB)),
  PREVIOUS_FIELD(Place.FORMS, "Shift-Tab", "the field before", key(Key.Kind.BACK_TAB)),
  RESET(Place.FORMS, "Del", "back to the default", key(Key.Kind.DELETE)),
  RUB_OUT(Place.FORMS, "Backspace", "rub out a character", key(Key.Kind.BACKSPACE)),
  RUB_ALL(Place.FORMS, "Ctrl-U", "rub out the text", control('u')),
  ADVANCED(Place.FORMS, "F2", "show or hide advanced settings", key(Key.Kind.F2)),
  ADD(Place.FORMS, "a", "add one", letter('a')),
  REMOVE(Place.FORMS, "d", "remove this one", letter('d'), key(Key.Kind.DELETE)),

  LOOKED(Place.REVIEW, "l", "what was looked at for the plan, row by row", letter('l')),
  VIEW(Place.REVIEW, "v", "show the step with all its calls", letter('v')),
  SAVE(Place.REVIEW, "s", "save the answers to a file", letter('s')),
  POLICY(Place.REVIEW, "e", "what happens when a step fails", letter('e')),
  MINE(Place.REVIEW, "m", "keep the answers as my defaults", letter('m')),
  COPY(Place.REVIEW, "c", "show the command line alone, to be copied", letter('c')),

  OUTPUT(Place.RUNS, "o", "the whole output", letter('o')),
  LOG(Place.RUNS, "l", "the log", letter('l')),
  PAUSE(Place.RUNS, "p", "pause after this step, or go on", letter('p')),
  STOP(Place.RUNS, "Ctrl-C", "stop; asks first", control('c')),
  RETRY(Place.RUNS, "r", "try the step again, or go on", letter('r')),
  UNDO(Place.RUNS, "u", "take back what the run made", letter('u')),
  KEEP(Place.RUNS, "k", "keep what there is, and leave", letter('k')),
  DETAILS(Place.RUNS, "d", "everything that is known", letter('d')),
  SHELL(Place.RUNS, "s", "a shell; come back with exit", letter('s')),
  CHANGE_SETTING(Place.RUNS, "c", "change the setting; all answers are kept", letter('c'));

  /** Where a key means something. */
  public enum Place {
    EVERYWHERE("Everywhere"),
    LISTS("Lists"),
    FORMS("Forms"),
    REVIEW("Review"),
    RUNS("Runs"),
    /** A name for several keys in the last row. */
    SHOWN("");

    private final String title;

    Place(String title) {
      this.title = title;
    }
  }

  private final Place place;
  private final String shown;
  private final String about;
  private final List<Key> presses;

  Keys(Place place, String shown, String about, Key... presses) {
    this.place = place;
    this.shown = shown;
    this.about = about;
    this.presses = List.of(presses);
  }

  private static Key key(Key.Kind kind) {
    return Key.of(kind);
  }

  private static Key letter(char c) {
    return Key.of(c);
  }

  private static Key control(char c) {
    return Key.control(c);
  }

  /** The name in the last row. */
  public String shown() {
    return shown;
  }

  /** What it does, for the help. */
  public String about() {
    return about;
  }

  /** What triggers it. */
  public List<Key> presses() {
    return presses;
  }

  /** Whether a key is this one, where no text field has the keys. */
  public boolean is(Key key) {
    return presses.contains(key);
  }

  /** Whether a key is this one, where letters are text. */
  public boolean is(Key key, boolean typing) {
    return presses.contains(key) && !(typing && key.types());
  }

  private String names() {
    List<String> names = new ArrayList<>(List.of(shown));
    presses.stream()
        .filter(Key::types)
        .map(Key::text)
        .map(text -> text.equals(" ") ? "Space" : text)
        .filter(text -> !names.contains(text))
        .forEach(names::add);
    return String.join(", ", names.stream().map(name -> "`" + name + "`").toList());
  }

  /** The page {@code docs/keys.md}. */
  public static String markdown() {
    StringBuilder out = new StringBuilder("# Keys\n\n");
    out.append("Letters mean something only where no text field has the keys.");
    out.append(" The last row of every screen shows the keys that matter now,");
    out.append(" and `F1` explains all of them.\n");
    for (Place place : Place.values()) {
      if (place == Place.SHOWN) {
        continue;
      }
      out.append("\n## ").append(place.title).append("\n\n| Key | What it does |\n|---|---|\n");
      for (Keys keys : values()) {
        if (keys.place == place) {
          out.append("| ").append(keys.names()).append(" | ").append(keys.about).append(" |\n");
        }
      }
    }
    return out.toString();
  }
}
