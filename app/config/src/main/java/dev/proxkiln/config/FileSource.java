package dev.proxkiln.config;

/** Finds and reads the files that settings name. */
public interface FileSource {

  /**
   * The whole text of a file.
   *
   * @param name relative names start from the current folder, {@code ~/} from the user's home
   * @throws dev.proxkiln.core.problem.ProblemException {@code file-unreadable}
   */
  String text(String name);

  /**
   * The absolute path of a file.
   *
   * @param name relative names start from the current folder, {@code ~/} from the user's home
   * @throws dev.proxkiln.core.problem.ProblemException {@code file-unreadable}
   */
  String path(String name);
}
