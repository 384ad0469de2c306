package dev.proxkiln.host.release;

import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.core.tree.TreeText;
import dev.proxkiln.host.file.FileTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a release says of itself in {@code RELEASE.json}.
 *
 * @param version its version; empty where it does not say
 * @param address https address that newer ones are published at; empty where it was built here
 * @param keys who may have signed newer ones
 */
public record ReleaseFile(String version, String address, ReleaseKeys keys) {
  private static final String NAME = "RELEASE.json";

  /**
   * Reads it.
   *
   * @param home the folder of a release; one without such a file says nothing
   * @throws dev.proxkiln.core.problem.ProblemException {@code file-unreadable}
   */
  public static ReleaseFile of(Path home, TreeText json) {
    Path file = home.resolve(NAME);
    try {
      Object tree = Files.isRegularFile(file) ? json.read(Files.readString(file)) : null;
      return new ReleaseFile(
          Tree.text(tree, "version"),
          Tree.text(tree, "address"),
          new ReleaseKeys(Tree.list(tree, "keys").stream().map(Tree::text).toList()));
    } catch (IOException e) {
      throw FileTrouble.reading(file, e);
    } catch (IllegalArgumentException e) {
      throw FileTrouble.reading(file, new IOException("it is not JSON", e));
    }
  }
}
