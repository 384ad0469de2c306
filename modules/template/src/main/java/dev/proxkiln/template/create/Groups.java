package dev.proxkiln.template.create;

import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Group;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.template.part.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/** Reads settings that can be there several times, each a group of its own. */
final class Groups {
  private Groups() {}

  /** The answers of each; what is wrong in one is said with the number of the one. */
  static List<Answers> read(
      Reading reading, Field<List<SequencedMap<String, String>>> field, Group group) {
    List<Answers> all = new ArrayList<>();
    int number = 1;
    for (SequencedMap<String, String> raw : reading.find(field).orElse(List.of())) {
      String where = reading.where(field) + ", the " + ordinal(number++);
      Origin origin = new Origin(Origin.Kind.TYPED, "");
      switch (group.read(raw, origin, reading.facts())) {
        case Checked.Valid<Answers>(Answers answers) -> all.add(answers);
        case Checked.Invalid<Answers>(List<Problem> problems) ->
            problems.forEach(
                p -> reading.problem(p.at(where + ", " + p.where().replaceFirst("^--", ""))));
      }
    }
    return all;
  }

  private static String ordinal(int number) {
    return switch (number) {
      case 1 -> "first";
      case 2 -> "second";
      case 3 -> "third";
      default -> number + "th";
    };
  }
}
