package dev.proxkiln.config;

import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of a settings file that is changed setting by setting: everything else in it, comments
 * and order among them, stays as somebody wrote it. Immutable.
 *
 * <p>A change is made in the lines and then proven: the new text is read, and must hold what the
 * old one held but for the change. Shapes that lines cannot follow (flow maps, anchors) are refused
 * by that, never damaged.
 */
public final class SettingsText {
  private final String name;
  private final List<String> lines;
  private final Map<String, Entry> entries;

  private SettingsText(String name, List<String> lines) {
    this.name = name;
    this.lines = List.copyOf(lines);
    this.entries = YamlFile.read(name, text());
  }

  /**
   * Reads a text.
   *
   * @param name how the user calls the file
   * @throws dev.proxkiln.core.problem.ProblemException {@code spec-unreadable}
   */
  public static SettingsText of(String name, String text) {
    return new SettingsText(name, text.lines().toList());
  }

  /** The whole text, ending with a newline unless it is empty. */
  public String text() {
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }

  /** The raw value of a setting, lists a line each. */
  public Optional<String> get(SettingKey key) {
    return at(key.path()) instanceof Entry.Raw(String raw, _) ? Optional.of(raw) : Optional.empty();
  }

  /** Every value by the keys on the way to it, in the order of the file. */
  SequencedMap<List<String>, String> all() {
    SequencedMap<List<String>, String> all = new LinkedHashMap<>();
    collect(entries, List.of(), all);
    return all;
  }

  Map<String, Entry> entries() {
    return entries;
  }

  /** Every setting in the order of the file, known or not; shapes that none has are left out. */
  public List<SettingKey> keys() {
    List<SettingKey> keys = new ArrayList<>();
    for (List<String> path : all().sequencedKeySet()) {
      boolean profile = path.getFirst().equals(SettingKey.PROFILES);
      if (path.size() == 1 && !profile && !path.getFirst().equals(SettingKey.VERSION)) {
        keys.add(SettingKey.plain(path.getFirst()));
      } else if (path.size() == 2 && !profile) {
        keys.add(new SettingKey(path.getFirst(), "", path.getLast()));
      } else if (path.size() == 3 && profile) {
        keys.add(SettingKey.ofProfile(path.get(1), path.getLast()));
      }
    }
    return keys;
  }

  /** The line that a setting stands on, 1 for the first; 0 where it is not there. */
  public int line(SettingKey key) {
    return at(key.path()) instanceof Entry entry ? entry.line() : 0;
  }

  /** The names of its profiles. */
  public List<String> profiles() {
    return entries.get(SettingKey.PROFILES) instanceof Entry.Section(var profiles, _)
        ? List.copyOf(profiles.keySet())
        : List.of();
  }

  /**
   * What cannot be a setting: unknown sections, and shapes that none has.
   *
   * @param commands the words of every command
   */
  public List<Problem> oddities(Set<String> commands) {
    List<Problem> problems = new ArrayList<>();
    entries.forEach(
        (key, entry) -> {
          switch (entry) {
            case Entry.Section(var profiles, _) when key.equals(SettingKey.PROFILES) ->
                profiles.forEach(
                    (profile, one) -> {
                      if (one instanceof Entry.Section(var inner, _)) {
                        flat(inner, problems);
                      } else {
                        problems.add(
                            unreadable(one, "gives profile '" + profile + "' no settings"));
                      }
                    });
            case Entry.Section(var inner, int line) -> {
              if (!commands.contains(key)) {
                problems.add(Layers.unknown(key, name, line, commands, "command"));
              }
              flat(inner, problems);
            }
            case Entry.Raw _ when key.equals(SettingKey.PROFILES) ->
                problems.add(unreadable(entry, "gives 'profiles' a value"));
            case Entry.Raw _ -> {}
            case Entry.Odd _ -> flat(Map.of(key, entry), problems);
          }
        });
    return problems;
  }

  private void flat(Map<String, Entry> entries, List<Problem> problems) {
    entries.forEach(
        (key, entry) -> {
          if (!(entry instanceof Entry.Raw)) {
            problems.add(unreadable(entry, "gives '" + key + "' what no setting has"));
          }
        });
  }

  private Problem unreadable(Entry entry, String what) {
    return YamlFile.unreadable(name, entry.line(), what);
  }

  /**
   * The same with another value.
   *
   * @param value text, number, truth, or a list of texts
   * @throws dev.proxkiln.core.problem.ProblemException {@code settings-not-editable}
   */
  public SettingsText set(SettingKey key, Object value) {
    List<String> path = key.path();
    List<String> changed = new ArrayList<>(lines);
    if (at(path) instanceof Entry entry) {
      int indent = indent(lines.get(entry.line() - 1));
      int end = end(entry.line() - 1, indent);
      List<String> written = written(path.getLast(), value, indent);
      if (end == entry.line() && written.size() == 1) {
        written = List.of(written.getFirst() + comment(lines.get(entry.line() - 1), entry));
      }
      replace(changed, entry.line() - 1, end, written);
    } else {
      add(changed, path, value);
    }
    Map<List<String>, String> wanted = new TreeMap<>(SettingsText::compare);
    wanted.putAll(all());
    wanted.put(path, raw(value));
    return proven(changed, wanted);
  }

  /**
   * The same without a setting, and without a section that holds nothing else.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code settings-not-editable}
   */
  public SettingsText unset(SettingKey key) {
    return without(key.path());
  }

  /** The same without a profile. */
  public SettingsText withoutProfile(String profile) {
    return without(List.of(SettingKey.PROFILES, profile));
  }

  private SettingsText without(List<String> path) {
    if (at(path) == null) {
      return this;
    }
    List<String> gone = path;
    while (gone.size() > 1
        && at(gone.subList(0, gone.size() - 1)) instanceof Entry.Section(var inner, _)
        && inner.size() == 1) {
      gone = gone.subList(0, gone.size() - 1);
    }
    Entry entry = Objects.requireNonNull(at(gone));
    List<String> changed = new ArrayList<>(lines);
    int start = entry.line() - 1;
    replace(changed, start, end(start, indent(lines.get(start))), List.of());
    Map<List<String>, String> wanted = new TreeMap<>(SettingsText::compare);
    List<String> head = path;
    all()
        .forEach(
            (at, raw) -> {
              if (at.size() < head.size() || !at.subList(0, head.size()).equals(head)) {
                wanted.put(at, raw);
              }
            });
    return proven(changed, wanted);
  }

  /**
   * The same with a setting under another name, wherever it stands: alone, in a command's section,
   * in a profile.
   */
  SettingsText renamed(String from, String to) {
    List<String> changed = new ArrayList<>(lines);
    Map<List<String>, String> wanted = new TreeMap<>(SettingsText::compare);
    all()
        .forEach(
            (path, raw) -> {
              List<String> now = new ArrayList<>(path);
              if (path.getLast().equals(from) && at(path) instanceof Entry entry) {
                now.set(now.size() - 1, to);
                String line = lines.get(entry.line() - 1);
                changed.set(
                    entry.line() - 1,
                    line.replaceFirst(
                        "^(\\s*)([\"']?)" + Pattern.quote(from) + "\\2(\\s*:)", "$1" + to + "$3"));
              }
              wanted.put(now, raw);
            });
    return proven(changed, wanted);
  }

  // ---- lines ----

  private void add(List<String> changed, List<String> path, Object value) {
    int depth = path.size() - 1;
    while (depth > 0 && !(at(path.subList(0, depth)) instanceof Entry.Section)) {
      depth--;
    }
    Map<String, Entry> around =
        depth > 0 && at(path.subList(0, depth)) instanceof Entry.Section(var inner, _)
            ? inner
            : entries;
    int indent = 0;
    int where = lines.size();
    if (depth > 0) {
      Entry last = around.values().stream().reduce((a, b) -> b).orElseThrow();
      indent = indent(lines.get(last.line() - 1));
      where = end(last.line() - 1, indent);
    } else if (path.size() == 1) {
      where =
          entries.values().stream()
              .filter(entry -> !(entry instanceof Entry.Section))
              .reduce((a, b) -> b)
              .map(entry -> end(entry.line() - 1, 0))
              .orElse(entries.isEmpty() ? lines.size() : firstEntry());
    }
    List<String> written = new ArrayList<>();
    for (int i = depth; i < path.size() - 1; i++) {
      written.add(" ".repeat(indent) + word(path.get(i)) + ":");
      indent += 2;
    }
    written.addAll(written(path.getLast(), value, indent));
    replace(changed, where, where, written);
  }

  /** The line of the first entry, or of the comment right above it. */
  private int firstEntry() {
    int first = entries.values().iterator().next().line() - 1;
    while (first > 0 && lines.get(first - 1).startsWith("#")) {
      first--;
    }
    return first;
  }

  private static List<String> written(String key, Object value, int indent) {
    String margin = " ".repeat(indent);
    return new JacksonYamlText()
        .write(Map.of(key, value))
        .lines()
        .map(line -> line.isEmpty() ? line : margin + line)
        .toList();
  }

  /** A word that YAML reads as it is, with quotes where it needs them. */
  private static String word(String key) {
    String line = new JacksonYamlText().write(Map.of(key, "x"));
    return line.substring(0, line.lastIndexOf(':'));
  }

  private static void replace(List<String> lines, int start, int end, List<String> others) {
    List<String> range = lines.subList(start, end);
    range.clear();
    range.addAll(others);
  }

  /** The line behind an entry: its deeper lines are its own, comments between entries are not. */
  private int end(int start, int indent) {
    int end = start + 1;
    for (int i = start + 1; i < lines.size(); i++) {
      String line = lines.get(i);
      String text = line.strip();
      if (text.isEmpty()) {
        continue;
      }
      boolean deeper = indent(line) > indent;
      boolean item = indent(line) == indent && (text.startsWith("- ") || text.equals("-"));
      if (deeper || item) {
        end = i + 1;
      } else if (!text.startsWith("#")) {
        break;
      }
    }
    return end;
  }

  private static int indent(String line) {
    int indent = 0;
    while (indent < line.length() && line.charAt(indent) == ' ') {
      indent++;
    }
    return indent;
  }

  /** What stands behind the value of a line, with the space before it. */
  private static String comment(String line, Entry entry) {
    int at = line.lastIndexOf(" #");
    return at < 0 || !(entry instanceof Entry.Raw(String raw, _)) || raw.contains("#")
        ? ""
        : line.substring(line.substring(0, at).stripTrailing().length());
  }

  // ---- values ----

  private @Nullable Entry at(List<String> path) {
    Map<String, Entry> here = entries;
    for (String part : path.subList(0, path.size() - 1)) {
      if (!(here.get(part) instanceof Entry.Section(Map<String, Entry> inner, _))) {
        return null;
      }
      here = inner;
    }
    return here.get(path.getLast());
  }

  private static void collect(
      Map<String, Entry> entries, List<String> path, Map<List<String>, String> all) {
    entries.forEach(
        (key, entry) -> {
          List<String> here = new ArrayList<>(path);
          here.add(key);
          switch (entry) {
            case Entry.Raw(String raw, _) -> all.put(List.copyOf(here), raw);
            case Entry.Section(Map<String, Entry> inner, _) -> collect(inner, here, all);
            case Entry.Odd _ -> all.put(List.copyOf(here), "\0");
          }
        });
  }

  private static String raw(Object value) {
    return value instanceof List<?> list
        ? String.join("\n", list.stream().map(String::valueOf).toList())
        : String.valueOf(value);
  }

  private static int compare(List<String> a, List<String> b) {
    return Arrays.compare(a.toArray(String[]::new), b.toArray(String[]::new));
  }

  private SettingsText proven(List<String> changed, Map<List<String>, String> wanted) {
    try {
      SettingsText text = new SettingsText(name, changed);
      Map<List<String>, String> found = new TreeMap<>(SettingsText::compare);
      found.putAll(text.all());
      if (found.equals(wanted)) {
        return text;
      }
    } catch (ProblemException e) {
      // Told below: it is the change that does not fit, not the file.
    }
    throw ConfigSlug.SETTINGS_NOT_EDITABLE
        .problem(
            name,
            "'" + name + "' is written in a way that cannot be changed setting by setting.",
            "Its lines do not follow its keys: maps in braces, anchors, or several keys on a line.",
            "Change it by hand: proxkiln config edit")
        .raise();
  }
}
