package dev.proxkiln.host.release;

import dev.proxkiln.core.port.Downloads.Watch;
import java.nio.file.Path;

/** Where releases come from. Nothing that it gives is believed before it is verified. */
public interface ReleaseSource {

  /** The folder of a release's files, with a slash at its end; empty where they lie at the top. */
  String folder(ReleaseVersion version);

  /** The full name of one of its files, for people. */
  String where(String name);

  /**
   * Reads a small file.
   *
   * @param most bytes that it may have
   * @throws dev.proxkiln.core.problem.ProblemException {@code download-not-found} and the others of
   *     a download; {@code file-unreadable}
   */
  byte[] read(String name, int most);

  /**
   * Saves a large file; a line that breaks is taken up again.
   *
   * @throws dev.proxkiln.core.problem.ProblemException as {@link #read}, {@code disk-full}, {@code
   *     file-unwritable}
   */
  void save(String name, Path file, Watch watch);
}
