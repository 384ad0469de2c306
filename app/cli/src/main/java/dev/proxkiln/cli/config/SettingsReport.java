package dev.proxkiln.cli.config;

import dev.proxkiln.cli.command.KnownSettings;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.settings.SettingsPlaces;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.config.Migrations;
import dev.proxkiln.config.SettingKey;
import dev.proxkiln.config.SettingsFile;
import dev.proxkiln.config.SettingsText;
import dev.proxkiln.config.Sources;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** What settings are worth here and now, and where they come from. */
public final class SettingsReport {
  private final Outside outside;
  private final Wiring wiring;
  private final KnownSettings known;

  public SettingsReport(Outside outside, Wiring wiring, KnownSettings known) {
    this.outside = outside;
    this.wiring = wiring;
    this.known = known;
  }

  /**
   * One setting.
   *
   * @param value empty where it has none; what must not be shown is replaced by words
   * @param origin where the value was given; empty for a default
   * @param usual the default; empty for none
   */
  record Worth(String setting, Optional<String> value, String origin, Optional<String> usual) {
    /** The published shape. */
    Map<String, Object> tree() {
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put("setting", setting);
      value.ifPresent(text -> tree.put("value", text));
      tree.put("origin", origin.isEmpty() ? "default" : origin);
      usual.ifPresent(text -> tree.put("default", text));
      return tree;
    }
  }

  /** What a setting is worth. */
  Worth worth(SettingKey key) {
    Field<?> field = known.fields(key).getFirst();
    if (!key.profile().isEmpty()) {
      return written(key).orElse(new Worth(key.toString(), Optional.empty(), "", Optional.empty()));
    }
    boolean general = key.section().isEmpty() && KnownSettings.GENERAL.find(key.key()).isPresent();
    Optional<Values.Value> value =
        general ? wiring.settings().find(key.key()) : layered(key, field).find(key.key());
    return worth(key, field, value);
  }

  /** All general settings, and every other that a file gives. */
  List<Worth> all() {
    Map<String, Worth> all = new LinkedHashMap<>();
    for (Field<?> field : KnownSettings.GENERAL.fields()) {
      all.put(field.key(), worth(SettingKey.plain(field.key())));
    }
    for (SettingsFile file : files()) {
      for (SettingKey key : keys(file)) {
        if (!all.containsKey(key.toString())) {
          all.put(key.toString(), worth(key));
        }
      }
    }
    return List.copyOf(all.values());
  }

  private List<SettingsFile> files() {
    return SettingsPlaces.all(wiring.layout(), outside.folder());
  }

  /** The settings of a file that are known; others are for {@link #problems} to tell. */
  private List<SettingKey> keys(SettingsFile file) {
    try {
      return text(file).keys().stream().filter(key -> !known.find(key).isEmpty()).toList();
    } catch (ProblemException e) {
      return List.of();
    }
  }

  private static SettingsText text(SettingsFile file) {
    return file.there()
        ? Migrations.KNOWN.forward(file.path().toString(), file.text())
        : SettingsText.of(file.path().toString(), "");
  }

  /** A setting of a profile, from the strongest file that has it. */
  private Optional<Worth> written(SettingKey key) {
    Optional<Worth> found = Optional.empty();
    for (SettingsFile file : files()) {
      Optional<String> raw = text(file).get(key);
      if (raw.isPresent()) {
        found =
            Optional.of(new Worth(key.toString(), raw, file.path().toString(), Optional.empty()));
      }
    }
    return found;
  }

  private Values layered(SettingKey key, Field<?> field) {
    return wiring.layers().read(wiring.request(key.section(), Schema.of(field))).orRaise();
  }

  private static <T> Worth worth(SettingKey key, Field<T> field, Optional<Values.Value> value) {
    Optional<String> usual = usual(field);
    String origin = value.map(Values.Value::origin).map(SettingsReport::place).orElse("");
    return new Worth(
        key.toString(), value.map(v -> shown(field, v.raw())).or(() -> usual), origin, usual);
  }

  private static String place(Origin origin) {
    return switch (origin.kind()) {
      case DEFAULT -> "";
      case CLUSTER_FILE, SYSTEM_FILE, USER_FILE, PROJECT_FILE, PROFILE, SPEC_FILE, ENVIRONMENT ->
          origin.detail();
      case FLAG -> origin.detail();
      case TYPED -> "typed";
    };
  }

  private static String shown(Field<?> field, String raw) {
    return field.source().hidden() && !raw.strip().startsWith(Sources.SECRET_PREFIX)
        ? "given, not shown"
        : raw;
  }

  /** The default as far as it depends on nothing else. */
  private static <T> Optional<String> usual(Field<T> field) {
    try {
      return field
          .fallback()
          .apply(Facts.none(), NOTHING_ANSWERED)
          .map(value -> field.type().print().apply(value));
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }

  private static final Answers NOTHING_ANSWERED =
      Schema.of().read(Values.none(), Facts.none()).orRaise();

  /** What is wrong with each file that is there, in the order of the files. */
  public SequencedMap<String, List<Problem>> problems(List<SettingsFile> files) {
    SequencedMap<String, List<Problem>> problems = new LinkedHashMap<>();
    for (SettingsFile file : files) {
      if (file.there()) {
        problems.put(file.path().toString(), problems(file));
      }
    }
    return problems;
  }

  private List<Problem> problems(SettingsFile file) {
    try {
      return problems(file.path().toString(), file.text());
    } catch (ProblemException e) {
      return e.problems();
    }
  }

  /** What is wrong with the text of a settings file. */
  public List<Problem> problems(String name, String text) {
    try {
      return problems(name, Migrations.KNOWN.forward(name, text));
    } catch (ProblemException e) {
      return e.problems();
    }
  }

  private List<Problem> problems(String name, SettingsText text) {
    List<Problem> problems = new ArrayList<>(text.oddities(known.commands()));
    for (SettingKey key : text.keys()) {
      String where = key + " in " + name + ", line " + text.line(key);
      known.refused(key, text.get(key).orElse(""), where).ifPresent(problems::add);
    }
    return problems;
  }
}
