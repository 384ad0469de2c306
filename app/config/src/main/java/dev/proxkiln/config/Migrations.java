package dev.proxkiln.config;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Brings settings files of older releases forward, one version at a time. Each step is a pure
 * function of the text, so comments survive it. There is no way back: an older release refuses a
 * newer file.
 *
 * @param steps the first leads from version 1 to version 2
 */
public record Migrations(List<UnaryOperator<SettingsText>> steps) {
  /** The steps of this release: files without a version are of version 1, which is the latest. */
  public static final Migrations KNOWN = new Migrations(List.of());

  public Migrations {
    steps = List.copyOf(steps);
  }

  /** The version that this release writes. */
  public int latest() {
    return steps.size() + 1;
  }

  /**
   * A text as this release writes it.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code spec-unreadable}, {@code
   *     settings-too-new}
   */
  public SettingsText forward(String name, String text) {
    SettingsText settings = SettingsText.of(name, text);
    int version = version(name, settings.entries());
    if (version > latest()) {
      throw ConfigSlug.SETTINGS_TOO_NEW
          .problem(
              name,
              "'" + name + "' has version " + version + "; this release knows " + latest() + ".",
              "A newer release of proxkiln wrote it.",
              "Update proxkiln, or restore the file from before that update.")
          .raise();
    }
    if (version == latest()) {
      return settings;
    }
    for (UnaryOperator<SettingsText> step : steps.subList(version - 1, steps.size())) {
      settings = step.apply(settings);
    }
    return settings.set(SettingKey.plain(SettingKey.VERSION), latest());
  }

  /** A step that gives a setting another name. */
  static UnaryOperator<SettingsText> rename(String from, String to) {
    return settings -> settings.renamed(from, to);
  }

  private static int version(String name, Map<String, Entry> entries) {
    Entry entry = entries.get(SettingKey.VERSION);
    if (entry == null) {
      return 1;
    }
    if (entry instanceof Entry.Raw(String text, _) && text.matches("[1-9]\\d{0,5}")) {
      return Integer.parseInt(text);
    }
    throw YamlFile.unreadable(name, entry.line(), "gives no number as its version").raise();
  }
}
