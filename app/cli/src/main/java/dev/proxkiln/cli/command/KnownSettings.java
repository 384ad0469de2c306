package dev.proxkiln.cli.command;

import dev.proxkiln.config.Preferences;
import dev.proxkiln.config.SettingKey;
import dev.proxkiln.config.SettingsSchema;
import dev.proxkiln.config.Sources;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Nearest;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Every setting that a settings file can hold, and whether a value suits it. */
public final class KnownSettings {
  /** Settings that every command reads: globals, then those of proxkiln itself. */
  public static final Schema GENERAL =
      new Schema(
          java.util.stream.Stream.concat(
                  Globals.SCHEMA.pages().stream(), Preferences.SCHEMA.pages().stream())
              .toList());

  private final Map<String, List<Field<?>>> plain;
  private final Map<String, Schema> sections = new TreeMap<>();

  public KnownSettings(List<Command> commands) {
    List<Field<?>> fields = new ArrayList<>(GENERAL.fields());
    for (Command command : commands) {
      Schema schema = command.schema(Facts.none());
      schema.fields().stream().filter(field -> field.position() == 0).forEach(fields::add);
      if (command.specFor().equals(command.name()) && !command.hidden()) {
        sections.put(command.name(), schema);
      }
    }
    plain = SettingsSchema.byKey(fields);
  }

  /** Every key of some commands and of the globals. */
  public static Set<String> keysOf(List<Command> commands) {
    Set<String> keys = new HashSet<>();
    GENERAL.fields().forEach(field -> keys.add(field.key()));
    for (Command command : commands) {
      for (Field<?> field : command.schema(Facts.none()).fields()) {
        keys.add(field.key());
      }
    }
    return keys;
  }

  /** The JSON Schema of a settings file. */
  public Map<String, Object> jsonSchema() {
    Map<String, List<Field<?>>> sorted = new LinkedHashMap<>();
    GENERAL.fields().forEach(f -> sorted.put(f.key(), plain.getOrDefault(f.key(), List.of())));
    new TreeMap<>(plain).forEach(sorted::putIfAbsent);
    return SettingsSchema.tree(sorted, Globals.SCHEMA, sections);
  }

  /** The words of the commands that can have a section. */
  public Set<String> commands() {
    return sections.keySet();
  }

  /** Every key as it is typed, those of sections among them. */
  public List<String> keys() {
    List<String> keys = new ArrayList<>(plain.keySet());
    sections.forEach(
        (command, schema) ->
            schema
                .fields()
                .forEach(field -> keys.add(new SettingKey(command, "", field.key()).toString())));
    return keys;
  }

  /**
   * The setting of a key, as each command that knows it has it.
   *
   * @throws ProblemException {@code unknown-setting}
   */
  public List<Field<?>> fields(SettingKey key) {
    List<Field<?>> fields = find(key);
    if (fields.isEmpty()) {
      throw unknown(key).raise();
    }
    return fields;
  }

  /** The same, empty where no command knows the setting. */
  public List<Field<?>> find(SettingKey key) {
    if (!key.section().isEmpty()) {
      Schema schema = sections.getOrDefault(key.section(), Schema.of());
      return schema
          .find(key.key())
          .or(() -> Globals.SCHEMA.find(key.key()))
          .map(List::<Field<?>>of)
          .orElse(List.of());
    }
    boolean nested = !key.profile().isEmpty() && key.key().equals("profile");
    return nested ? List.of() : plain.getOrDefault(key.key(), List.of());
  }

  private Problem unknown(SettingKey key) {
    Set<String> known =
        key.section().isEmpty()
            ? plain.keySet()
            : SettingsSchema.byKey(sections.getOrDefault(key.section(), Schema.of()).fields())
                .keySet();
    return CoreSlug.UNKNOWN_SETTING.problem(
        key.toString(),
        "There is no setting '"
            + key.key()
            + "'"
            + (key.section().isEmpty() ? "" : " of '" + key.section() + "'")
            + ".",
        "",
        Nearest.to(key.key(), known)
            .map(near -> "Did you mean '" + near + "'?")
            .orElse("See: proxkiln config list, or proxkiln help COMMAND"));
  }

  /**
   * What is wrong with a value, or nothing: it must suit one of the commands that know the setting.
   *
   * @param where how the user calls the place
   */
  public Optional<Problem> refused(SettingKey key, String raw, String where) {
    List<Field<?>> fields = find(key);
    if (fields.isEmpty()) {
      return Optional.of(unknown(key).at(where));
    }
    if (fields.getFirst().source().hidden() && !raw.strip().startsWith(Sources.SECRET_PREFIX)) {
      return hidden(fields.getFirst(), raw, where);
    }
    Optional<Problem> first = Optional.empty();
    for (Field<?> field : fields) {
      try {
        if (points(field) || field.type().parse().apply(raw) != null) {
          return Optional.empty();
        }
      } catch (BadValue e) {
        if (first.isEmpty()) {
          first =
              Optional.of(
                  CoreSlug.INVALID_VALUE.problem(
                      where, field.label() + " '" + raw + "' " + e.why() + ".", "", e.next()));
        }
      }
    }
    return first;
  }

  /** What such a value is worth is known when it is followed. */
  private static boolean points(Field<?> field) {
    return field.source() != Field.Source.TEXT && field.source() != Field.Source.SECRET;
  }

  private static Optional<Problem> hidden(Field<?> field, String raw, String where) {
    boolean hash = field.source() == Field.Source.PASSWORD && raw.strip().startsWith("$");
    return hash ? Optional.empty() : Optional.of(Sources.inClear(field, where));
  }
}
