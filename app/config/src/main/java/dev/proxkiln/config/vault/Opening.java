package dev.proxkiln.config.vault;

import dev.proxkiln.core.tree.Tree;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a vault or an export is opened with. */
public sealed interface Opening {

  /** A key that is kept somewhere. */
  record Key() implements Opening {}

  /** A passphrase that somebody knows. */
  record Passphrase(Argon2id derivation) implements Opening {}

  /** The words that stand for it in what vouches for a file. */
  default List<String> words() {
    return switch (this) {
      case Key _ -> List.of("key");
      case Passphrase(Argon2id way) ->
          List.of(
              "argon2id",
              String.valueOf(way.memory()),
              String.valueOf(way.passes()),
              String.valueOf(way.lanes()),
              Base64.getEncoder().encodeToString(way.salt()));
    };
  }

  /** As a tree for a file. */
  default Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    switch (this) {
      case Key _ -> tree.put("kind", "key");
      case Passphrase(Argon2id way) -> {
        tree.put("kind", "argon2id");
        tree.put("memory-kib", way.memory());
        tree.put("passes", way.passes());
        tree.put("lanes", way.lanes());
        tree.put("salt", Base64.getEncoder().encodeToString(way.salt()));
      }
    }
    return tree;
  }

  /**
   * Reads {@link #tree()} back.
   *
   * @throws IllegalArgumentException when it is none
   */
  static Opening of(Map<String, Object> tree) {
    return switch (Tree.text(tree, "kind")) {
      case "key" -> new Key();
      case "argon2id" ->
          new Passphrase(
              new Argon2id(
                  number(tree, "memory-kib"),
                  number(tree, "passes"),
                  number(tree, "lanes"),
                  Base64.getDecoder().decode(Tree.text(tree, "salt"))));
      default -> throw new IllegalArgumentException("no such way to open it");
    };
  }

  private static int number(Map<String, Object> tree, String key) {
    return tree.get(key) instanceof Integer number ? number : -1;
  }
}
