package dev.proxkiln.core.port;

/** Looks up secrets by name. */
public interface Secrets {
  /**
   * The secret's text.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code secret-missing}
   */
  String secret(String name);
}
