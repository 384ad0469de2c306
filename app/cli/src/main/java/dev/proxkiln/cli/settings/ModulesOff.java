package dev.proxkiln.cli.settings;

import dev.proxkiln.config.Preferences;
import dev.proxkiln.config.SettingKey;
import dev.proxkiln.config.SettingsFile;
import dev.proxkiln.config.SettingsText;
import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.file.AtomicFiles;
import dev.proxkiln.host.file.Layout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which modules are switched off: the setting {@code modules-off}, read before all others, because
 * modules bring the commands whose settings the files hold. A project's file has no say in it.
 */
public final class ModulesOff {
  private static final Field<List<String>> FIELD = Preferences.MODULES_OFF;
  private static final SettingKey KEY = SettingKey.plain(FIELD.key());

  private final Layout layout;
  private final Map<String, String> environment;

  public ModulesOff(Layout layout, Map<String, String> environment) {
    this.layout = layout;
    this.environment = environment;
  }

  /** IDs of the modules; none where the settings cannot be read, which is told later. */
  public Set<String> read() {
    Optional<String> raw = Optional.ofNullable(environment.get(FIELD.variable()));
    for (SettingsFile file : SettingsPlaces.lasting(layout).reversed()) {
      if (raw.isEmpty() && file.there()) {
        raw = in(file);
      }
    }
    try {
      return raw.isPresent() ? new TreeSet<>(FIELD.type().parse().apply(raw.get())) : Set.of();
    } catch (BadValue e) {
      return Set.of();
    }
  }

  private static Optional<String> in(SettingsFile file) {
    try {
      String text = file.text();
      // Reading YAML takes longer than all the rest of a short command.
      return text.contains(FIELD.key())
          ? SettingsText.of(file.path().toString(), text).get(KEY)
          : Optional.empty();
    } catch (ProblemException e) {
      return Optional.empty();
    }
  }

  /**
   * Keeps them in the user's own settings.
   *
   * @throws ProblemException {@code file-unwritable}, {@code lock-held}, and those of reading
   */
  public void write(Set<String> off) {
    Path file = SettingsPlaces.user(layout);
    new SettingsWriter(layout, new AtomicFiles())
        .change(
            file,
            text ->
                off.isEmpty() ? text.unset(KEY) : text.set(KEY, List.copyOf(new TreeSet<>(off))));
  }
}
