package dev.proxkiln.host.process;

import dev.proxkiln.host.HostSlug;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts a program that outlives this one. */
public final class DetachedProcess {
  private DetachedProcess() {}

  /**
   * Starts a program in a session of its own, so that no Ctrl-C here reaches it.
   *
   * @param argv program and arguments; no secret is among them
   * @param environment its whole environment
   * @param log file that its output is added to
   * @return its process ID
   * @throws dev.proxkiln.core.problem.ProblemException {@code command-missing}
   */
  public static long start(List<String> argv, Map<String, String> environment, Path log) {
    List<String> inSession = new ArrayList<>(List.of("setsid"));
    inSession.addAll(argv);
    ProcessBuilder builder = new ProcessBuilder(inSession);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectInput(new File("/dev/null"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      return builder.start().pid();
    } catch (IOException e) {
      throw HostSlug.COMMAND_MISSING
          .problem(
              "setsid",
              "'" + argv.getFirst() + "' cannot be started on its own",
              String.valueOf(e.getMessage()),
              "install the package util-linux, which has setsid")
          .raise();
    }
  }
}
