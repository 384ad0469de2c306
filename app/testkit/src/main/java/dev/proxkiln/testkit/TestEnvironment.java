package dev.proxkiln.testkit;

import java.util.Map;

/** What tests are told by variables: {@code PROXKILN_TEST_IMAGE} and the like. */
public final class TestEnvironment {
  private TestEnvironment() {}

  /**
   * Takes that, and the settings of whoever runs the tests, out of the environment of a program
   * under test, which would take them for its own.
   *
   * @param environment of a process that is about to be started
   */
  public static void leaveOut(Map<String, String> environment) {
    environment.keySet().removeIf(name -> name.startsWith("PROXKILN_"));
  }
}
