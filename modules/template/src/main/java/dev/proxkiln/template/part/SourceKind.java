package dev.proxkiln.template.part;

import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import java.util.List;
import java.util.Optional;

/** One way to say where a template's disk comes from, with its settings. */
public interface SourceKind {

  /** Its settings, for the page "Image"; the first one asks for this kind. */
  List<Field<?>> fields();

  /** Whether the settings ask for this kind; a kind is asked only when those before it said no. */
  default boolean wanted(Answers answers) {
    return answers.find(fields().getFirst()).isPresent();
  }

  /** Whether it brings a file from here, which a node far away gets uploaded. */
  default boolean bringsFile() {
    return true;
  }

  /** Whether there is something on the disk that the template begins with. */
  default boolean fillsDisk() {
    return true;
  }

  /** What it is, as far as the answers tell; also asked while other settings are wrong. */
  Optional<Subject> subject(Answers answers);

  /** Adds the problems that have names of their own; also asked while settings are wrong. */
  default void check(Target target) {}

  /** The source, or empty after saying why not ({@link Reading#problem}). */
  Optional<? extends Source> read(Reading reading);
}
