package dev.proxkiln.config;

import dev.proxkiln.core.field.Nearest;
import dev.proxkiln.core.problem.CoreSlug;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Where a setting stands in a settings file: alone, in the section of a command, or in a profile.
 *
 * @param section words of a command; empty for none
 * @param profile name of a profile; empty for none
 * @param key the setting
 */
public record SettingKey(String section, String profile, String key) {
  static final String PROFILES = "profiles";
  static final String VERSION = "version";

  /** A setting for every command that knows it. */
  public static SettingKey plain(String key) {
    return new SettingKey("", "", key);
  }

  /** A setting of a profile. */
  public static SettingKey ofProfile(String profile, String key) {
    return new SettingKey("", profile, key);
  }

  /**
   * Reads {@code KEY}, {@code COMMAND.WORDS.KEY} or {@code profiles.NAME.KEY}; spaces between the
   * words of a command do too.
   *
   * @param commands the words of every command
   * @throws dev.proxkiln.core.problem.ProblemException {@code unknown-setting}
   */
  public static SettingKey parse(String text, Collection<String> commands) {
    String given = text.strip();
    int last = given.lastIndexOf('.');
    if (last < 0) {
      return plain(given);
    }
    String key = given.substring(last + 1);
    String before = given.substring(0, last);
    if (before.startsWith(PROFILES + ".")) {
      return ofProfile(before.substring(PROFILES.length() + 1), key);
    }
    String section = before.replace('.', ' ');
    if (!commands.contains(section)) {
      throw CoreSlug.UNKNOWN_SETTING
          .problem(
              given,
              "There is no command '" + section + "'.",
              "What stands before the last dot is a command, or profiles.NAME.",
              Nearest.to(section, commands)
                  .map(near -> "Did you mean '" + near.replace(' ', '.') + "." + key + "'?")
                  .orElse("See: proxkiln help"))
          .raise();
    }
    return new SettingKey(section, "", key);
  }

  /** The keys on the way to it, the outermost first. */
  List<String> path() {
    List<String> path = new ArrayList<>();
    if (!section.isEmpty()) {
      path.add(section);
    } else if (!profile.isEmpty()) {
      path.add(PROFILES);
      path.add(profile);
    }
    path.add(key);
    return path;
  }

  /** As it is typed: {@code template.create.memory}. */
  @Override
  public String toString() {
    return String.join(".", path()).replace(' ', '.');
  }
}
