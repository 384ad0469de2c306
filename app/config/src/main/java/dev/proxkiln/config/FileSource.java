package dev.proxkiln.config;

/** Reads the files that settings name. */
@FunctionalInterface
public interface FileSource {

  /**
   * The whole text of a file.
   *
   * @param name relative names start from the current folder, {@code ~/} from the user's home
   * @throws dev.proxkiln.core.problem.ProblemException {@code file-unreadable}
   */
  String text(String name);
}
