package dev.proxkiln.ui.form;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What can be said of one setting: its help, what may be given, where its value comes from. */
public final class Explanation {
  private Explanation() {}

  /** A sentence or two a line. */
  public static List<String> of(Question question, Facts facts) {
    Field<?> field = question.field();
    List<String> lines = new ArrayList<>();
    lines.add(field.help());
    if (!field.type().words().isEmpty()) {
      lines.add("One of: " + String.join(", ", words(field)) + ".");
    } else {
      int known = field.choices().apply(facts).size();
      if (known > 0) {
        lines.add(
            known == 1
                ? "Known here: " + field.choices().apply(facts).getFirst().value() + "."
                : known + " are known here; a part of a name finds them.");
      }
    }
    field
        .type()
        .group()
        .ifPresent(
            group ->
                lines.add(
                    "Each has: "
                        + group.fields().stream()
                            .map(Field::label)
                            .collect(Collectors.joining(", "))
                        + "."));
    if (field.type().many()) {
      lines.add("There may be several.");
    }
    if (field.source() == Field.Source.PASSWORD) {
      lines.add("What you type is not shown, and only its hash is kept.");
    }
    question
        .usual()
        .filter(usual -> !usual.isEmpty() && !question.secret())
        .ifPresent(usual -> lines.add("Default: " + Shown.value(field, usual) + "."));
    origin(question).ifPresent(lines::add);
    lines.add("Flag --" + field.key() + ", variable " + field.variable() + ".");
    return lines;
  }

  private static Optional<String> origin(Question question) {
    Origin origin = question.origin();
    return switch (origin.kind()) {
      case DEFAULT, TYPED -> Optional.empty();
      case CLUSTER_FILE, SYSTEM_FILE, USER_FILE, PROJECT_FILE, PROFILE, SPEC_FILE, ENVIRONMENT ->
          Optional.of("Given by " + origin.name(question.key()) + ".");
      case FLAG -> Optional.of("Given by its flag.");
    };
  }

  private static List<String> words(Field<?> field) {
    return field.type().words().stream().map(word -> Shown.value(field, word)).toList();
  }
}
