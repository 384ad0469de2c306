package dev.proxkiln.core.field;

import dev.proxkiln.core.problem.Problem;
import java.util.List;
import java.util.Optional;

/**
 * What a schema makes of values, right or wrong.
 *
 * @param answers those that are right
 * @param standings one for each setting, in the order of the schema
 */
public record Examined(Answers answers, List<Standing> standings) {
  public Examined {
    standings = List.copyOf(standings);
  }

  /** Everything that is wrong. */
  public List<Problem> problems() {
    return standings.stream().map(Standing::problem).flatMap(Optional::stream).toList();
  }
}
