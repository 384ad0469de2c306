package dev.proxkiln.host.process;

import dev.proxkiln.host.HostSlug;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Holds a lock of flock(2), the kind that shell scripts take with flock(1); Java's own locks are of
 * another kind, which those do not see. A process of flock(1) holds it for as long as this one
 * lives and keeps the pipe to it open.
 */
public final class FlockHolder implements AutoCloseable {
  private static final int TAKEN = 75;
  private static final String PROGRAM = "flock";

  private final Process process;

  private FlockHolder(Process process) {
    this.process = process;
  }

  /**
   * Takes the lock if it is free.
   *
   * @param file made when missing; its folder must be there
   * @throws dev.proxkiln.core.problem.ProblemException {@code command-missing}, {@code
   *     file-unwritable}
   */
  public static Optional<FlockHolder> tryTake(Path file) {
    Path program =
        ProcessCommands.where(PROGRAM, ProcessCommands.PATH)
            .orElseThrow(() -> missing("searched in " + ProcessCommands.PATH));
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(program.toString(), "-n", "-E", "" + TAKEN, file.toString(), "cat"));
    builder.environment().clear();
    builder.environment().putAll(Map.of("LC_ALL", "C", "PATH", ProcessCommands.PATH));
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      Process process = builder.start();
      if (answers(process)) {
        return Optional.of(new FlockHolder(process));
      }
      int exit = process.waitFor();
      if (exit == TAKEN) {
        return Optional.empty();
      }
      throw HostSlug.FILE_UNWRITABLE
          .problem(
              file.toString(),
              "'" + file + "' cannot be locked",
              "flock ended with exit code " + exit,
              "check that the folder is there, not read-only, and belongs to this user")
          .raise();
    } catch (IOException e) {
      throw missing(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw missing("stopped");
    }
  }

  /** {@code cat} sends the line back as soon as it runs, which it does when the lock is held. */
  private static boolean answers(Process process) throws IOException {
    try {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
    } catch (IOException e) {
      // It has ended already, and its exit code says why.
    }
    return process.getInputStream().read() >= 0;
  }

  private static RuntimeException missing(String why) {
    return HostSlug.COMMAND_MISSING
        .problem(PROGRAM, "'flock' cannot be started", why, "install the package util-linux")
        .raise();
  }

  /** Lets go, and waits until others can have it. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    process.onExit().join();
  }
}
