package dev.proxkiln.host.run;

import dev.proxkiln.core.event.Request;
import dev.proxkiln.host.file.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What was last asked of a run, a batch or the queue: a file with one word. Whoever asks writes it,
 * the process that works reads it again and again.
 */
public final class RequestFile {
  private static final String NAME = "asked";

  private final AtomicFiles files = new AtomicFiles();
  private final Path file;

  /** The requests to what has a folder. */
  public RequestFile(Path folder) {
    this.file = folder.resolve(NAME);
  }

  /**
   * Asks.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code file-unwritable}, {@code disk-full}
   */
  public void ask(Request request) {
    files.write(file, request.word() + "\n", 0640);
  }

  /** What was asked; empty when nothing was, or nothing that this version knows. */
  public Optional<Request> asked() {
    try {
      return Files.exists(file) ? Request.of(Files.readString(file).strip()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Forgets what was asked of an earlier process. */
  public void clear() {
    files.delete(file);
  }
}
