package dev.proxkiln.cli.shell;

import dev.proxkiln.cli.run.AnswerFile;
import dev.proxkiln.cli.settings.SettingsWriter;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.config.SettingKey;
import dev.proxkiln.config.SettingsText;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.host.file.AtomicFiles;
import dev.proxkiln.ui.form.Form;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Keeps answers as defaults of a user: a section of the user's settings file, named by the words of
 * the command. Everything else in the file stays as it was written.
 */
final class MyDefaults {
  /** What no two templates share. */
  private static final Set<String> OWN = Set.of("name", "vmid");

  private MyDefaults() {}

  /**
   * Writes the section anew; comments of what stays in it stay, too.
   *
   * @return the file
   */
  static Path keep(Wiring wiring, Path file, Form form) {
    String command = form.reader().command();
    Map<SettingKey, Object> kept = new LinkedHashMap<>();
    for (Field<?> field : form.reader().schema().fields()) {
      if (field.position() == 0 && !OWN.contains(field.key())) {
        form.values()
            .find(field.key())
            .filter(value -> isKept(value.origin()))
            .ifPresent(
                value ->
                    kept.put(
                        new SettingKey(command, "", field.key()),
                        AnswerFile.tree(field, value.raw())));
      }
    }
    new SettingsWriter(wiring.layout(), new AtomicFiles())
        .change(file, text -> changed(text, command, kept));
    return file;
  }

  private static SettingsText changed(
      SettingsText text, String command, Map<SettingKey, Object> kept) {
    SettingsText now = text;
    for (SettingKey key : text.keys()) {
      if (key.section().equals(command) && !kept.containsKey(key)) {
        now = now.unset(key);
      }
    }
    for (Map.Entry<SettingKey, Object> setting : kept.entrySet()) {
      now = now.set(setting.getKey(), setting.getValue());
    }
    return now;
  }

  /** What is in the environment is of the moment. */
  private static boolean isKept(Origin origin) {
    return switch (origin.kind()) {
      case USER_FILE, SPEC_FILE, FLAG, TYPED -> true;
      case DEFAULT, CLUSTER_FILE, SYSTEM_FILE, PROJECT_FILE, PROFILE, ENVIRONMENT -> false;
    };
  }
}
