package dev.proxkiln.template.rotation;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Nearest;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Definition;
import dev.proxkiln.core.port.Downloads;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.spec.Checked;
import java.util.List;
import java.util.Optional;

/** The definitions that a survey is about. */
final class Definitions {
  /** The definition that a command is about. */
  static final Field<String> NAME =
      Field.of("definition", "Definition", Series.NAME, "The definition, by its name.").at(1);

  static final Downloads.Watch SILENT =
      new Downloads.Watch() {
        @Override
        public void progress(long done, long total) {}

        @Override
        public void note(String text) {}
      };

  private Definitions() {}

  /** Nothing says which. */
  static final Problem MISSING =
      CoreSlug.MISSING_VALUE.problem(
          "--definition",
          "Definition is missing.",
          "",
          "Give its name after the command, or --all.");

  /**
   * The definitions that a command is about.
   *
   * @param name the only one; empty for all
   */
  static List<Definition> wanted(List<Definition> known, Optional<String> name, String command) {
    List<Definition> ours = known.stream().filter(d -> d.command().equals(command)).toList();
    if (name.isEmpty()) {
      return ours;
    }
    String word = name.get();
    return List.of(
        ours.stream()
            .filter(d -> d.name().equals(word))
            .findFirst()
            .orElseThrow(() -> unknown(ours, word)));
  }

  private static ProblemException unknown(List<Definition> known, String word) {
    List<String> names = known.stream().map(Definition::name).toList();
    return CoreSlug.DEFINITION_UNKNOWN
        .problem(
            "--definition",
            "There is no definition '" + word + "'.",
            "",
            Nearest.to(word, names).map(near -> "Did you mean '" + near + "'? ").orElse("")
                + "See them with: proxkiln template definitions")
        .raise();
  }

  static Optional<String> image(Definition definition) {
    return definition.values() instanceof Checked.Valid<Values>(Values values)
        ? values.find("image").map(Values.Value::raw)
        : Optional.empty();
  }
}
