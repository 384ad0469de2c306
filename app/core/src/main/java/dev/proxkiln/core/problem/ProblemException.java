package dev.proxkiln.core.problem;

import java.util.List;
import java.util.stream.Collectors;

/** Carries one or more problems out of code that cannot go on. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  public ProblemException(Problem problem) {
    this(List.of(problem));
  }

  public ProblemException(List<Problem> problems) {
    super(problems.stream().map(p -> p.slug() + ": " + p.what()).collect(Collectors.joining("; ")));
    this.problems = List.copyOf(problems);
  }

  public ProblemException(Problem problem, Throwable cause) {
    this(problem);
    initCause(cause);
  }

  /** Everything that is wrong; at least one. */
  public List<Problem> problems() {
    return problems;
  }

  /** The first problem. */
  public Problem first() {
    return problems.getFirst();
  }
}
