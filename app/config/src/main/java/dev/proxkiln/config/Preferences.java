package dev.proxkiln.config;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.field.Values;
import java.util.List;

/**
 * Settings of proxkiln itself that are no flag of any command: they stand in settings files and the
 * environment. {@code config set} changes them, and each is declared here once.
 */
public final class Preferences {
  /** Modules that are not loaded. */
  public static final Field<List<String>> MODULES_OFF =
      Field.of(
          "modules-off",
          "Modules switched off",
          Type.listOf(
              Type.text(
                  "MODULE", "[a-z][a-z0-9-]{0,39}", "Give the ID of a module, for example docker."),
              ", "),
          "Modules that are not loaded.");

  /** Every one, by page. */
  public static final Schema SCHEMA =
      new Schema(List.of(new Schema.Page("Modules", List.of(MODULES_OFF))));

  /** What holds where nothing is set. */
  public static final Answers DEFAULTS = SCHEMA.read(Values.none(), Facts.none()).orRaise();

  private Preferences() {}
}
