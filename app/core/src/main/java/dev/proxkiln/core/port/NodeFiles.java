package dev.proxkiln.core.port;

/**
 * Files on the machine that the plan works on: this one, or the node over ssh. A path is absolute,
 * or {@code NODE:/PATH} for another node of the cluster, see {@link
 * dev.proxkiln.core.plan.NodePath}.
 */
public interface NodeFiles {

  /**
   * Writes a file whole: beside, fsync, rename; it has its final mode from the start.
   *
   * @param mode permission bits, for example 0640
   * @throws dev.proxkiln.core.problem.ProblemException {@code disk-full}, {@code file-unwritable},
   *     or {@code files-unreachable} where the target, or the other node, takes no files
   */
  void write(String path, String content, int mode);

  /** Whether the file is there. */
  boolean exists(String path);

  /** Deletes the file; nothing happens when it is not there. */
  void delete(String path);
}
