package dev.proxkiln.core.spec;

import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import java.util.List;
import java.util.function.Function;

/** Either a valid value or everything that is wrong. */
public sealed interface Checked<T> {

  /** Everything is right. */
  record Valid<T>(T value) implements Checked<T> {
    @Override
    public <U> Checked<U> then(Function<T, Checked<U>> next) {
      return next.apply(value);
    }

    @Override
    public T orRaise() {
      return value;
    }
  }

  /** Something is wrong: at least one problem. */
  record Invalid<T>(List<Problem> problems) implements Checked<T> {
    public Invalid {
      problems = List.copyOf(problems);
    }

    @Override
    public <U> Checked<U> then(Function<T, Checked<U>> next) {
      return new Invalid<>(problems);
    }

    @Override
    public T orRaise() {
      throw new ProblemException(problems);
    }
  }

  /** Goes on with a valid value. */
  <U> Checked<U> then(Function<T, Checked<U>> next);

  /** The valid value, or all problems thrown. */
  T orRaise();
}
