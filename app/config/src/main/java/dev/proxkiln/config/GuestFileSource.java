package dev.proxkiln.config;

/** Reads files of this machine that a guest is to get. */
@FunctionalInterface
public interface GuestFileSource {

  /**
   * A file whole.
   *
   * @param name relative names start from the current folder, {@code ~/} from the user's home
   * @throws dev.proxkiln.core.problem.ProblemException {@code file-unreadable}
   */
  Content read(String name);

  /**
   * What a file holds.
   *
   * @param executable whether it may be executed
   */
  record Content(byte[] bytes, boolean executable) {}
}
