package dev.proxkiln.config;

/** Knows settings of the machine that proxkiln runs on. */
@FunctionalInterface
public interface MachineSource {

  /**
   * The value of a setting there.
   *
   * @param key {@code proxy}, {@code apt-cache} or {@code ca-certificates}
   * @throws dev.proxkiln.core.problem.ProblemException {@code nothing-to-inherit}
   */
  String setting(String key);
}
