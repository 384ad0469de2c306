package dev.proxkiln.core.spec;

import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import java.util.List;
import java.util.function.Function;

/** Either a valid value or everything that is wrong. */
public sealed interface Checked<T> {

  /** Everything is right. */
  record Valid<T>(T value) implements Checked<T> {}

  /** Something is wrong: at least one problem. */
  record Invalid<T>(List<Problem> problems) implements Checked<T> {
    public Invalid {
      problems = List.copyOf(problems);
    }
  }

  /** Goes on with a valid value. */
  default <U> Checked<U> then(Function<T, Checked<U>> next) {
    return switch (this) {
      case Valid<T>(T value) -> next.apply(value);
      case Invalid<T>(List<Problem> problems) -> new Invalid<>(problems);
    };
  }

  /** The valid value, or all problems thrown. */
  default T orRaise() {
    return switch (this) {
      case Valid<T>(T value) -> value;
      case Invalid<T>(List<Problem> problems) -> throw new ProblemException(problems);
    };
  }
}
