package dev.proxkiln.config.vault;

import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.core.tree.TreeText;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A configuration to be carried to another installation.
 *
 * @param files Base64 of their bytes, by a path such as {@code config/config.yaml}
 * @param secrets texts by name
 */
public record Export(SortedMap<String, String> files, SortedMap<String, String> secrets) {
  private static final String FORMAT = "proxkiln-export";
  private static final int VERSION = 1;

  /** Names only. */
  @Override
  public String toString() {
    return "Export[" + files.keySet() + ", " + secrets.keySet() + "]";
  }

  /** As a file that a passphrase opens. */
  public String sealed(String passphrase, TreeText json, SecureRandom random) {
    Opening opening = new Opening.Passphrase(Argon2id.fresh(random));
    VaultKey key = ((Opening.Passphrase) opening).derivation().key(passphrase);
    Map<String, Object> tree = head();
    tree.put("key", opening.tree());
    tree.put("check", key.check(FORMAT));
    tree.put(
        "sealed",
        Seal.close(key.derive(FORMAT, "export"), json.line(content()), about(opening), random));
    return json.pretty(tree);
  }

  /** As a file that everybody can read, secrets and all. */
  public String clear(TreeText json) {
    Map<String, Object> tree = head();
    tree.put("clear", content());
    return json.pretty(tree);
  }

  /** Whether a file needs a passphrase. */
  public static boolean isSealed(String name, String text, TreeText json) {
    return head(name, text, json).containsKey("sealed");
  }

  /**
   * Reads a file.
   *
   * @param passphrase what opens it; not asked for where it is not sealed
   * @throws dev.proxkiln.core.problem.ProblemException {@code vault-key-wrong}, {@code
   *     vault-damaged}, {@code vault-too-new}
   */
  public static Export read(String name, String text, String passphrase, TreeText json) {
    Map<String, Object> tree = head(name, text, json);
    try {
      if (tree.containsKey("clear")) {
        return of(tree.get("clear"));
      }
      Opening opening = Opening.of(Tree.map(tree, "key"));
      if (!(opening instanceof Opening.Passphrase(Argon2id way))) {
        throw new IllegalArgumentException("It says of no passphrase.");
      }
      VaultKey key = way.key(passphrase);
      if (!key.check(FORMAT).equals(Tree.text(tree, "check"))) {
        throw VaultFile.wrongKey(name, opening).raise();
      }
      String content =
          Seal.open(key.derive(FORMAT, "export"), Tree.text(tree, "sealed"), about(opening))
              .orElseThrow(() -> new IllegalArgumentException("It was cut off or changed."));
      return of(json.read(content));
    } catch (IllegalArgumentException e) {
      throw VaultFile.damaged(name, String.valueOf(e.getMessage())).raise();
    }
  }

  private static Map<String, Object> head() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("format", FORMAT);
    tree.put("version", VERSION);
    return tree;
  }

  private static Map<String, Object> head(String name, String text, TreeText json) {
    Map<String, Object> tree;
    try {
      tree = Tree.map(json.read(text), "");
    } catch (IllegalArgumentException e) {
      throw VaultFile.damaged(name, String.valueOf(e.getMessage())).raise();
    }
    if (!FORMAT.equals(tree.get("format"))
        || !(tree.get("version") instanceof Integer version)
        || tree.containsKey("sealed") == tree.containsKey("clear")) {
      throw VaultFile.damaged(name, "It is no export of proxkiln.").raise();
    }
    if (version > VERSION) {
      throw VaultFile.tooNew(name, version).raise();
    }
    return tree;
  }

  private static List<String> about(Opening opening) {
    List<String> about = new ArrayList<>(List.of(FORMAT, String.valueOf(VERSION)));
    about.addAll(opening.words());
    return about;
  }

  private Map<String, Object> content() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("files", files);
    tree.put("secrets", secrets);
    return tree;
  }

  private static Export of(@Nullable Object tree) {
    return new Export(texts(tree, "files"), texts(tree, "secrets"));
  }

  private static SortedMap<String, String> texts(@Nullable Object tree, String key) {
    SortedMap<String, String> texts = new TreeMap<>();
    Tree.map(tree, key)
        .forEach(
            (name, value) -> {
              if (!(value instanceof String text)) {
                throw new IllegalArgumentException("'" + name + "' is no text.");
              }
              texts.put(name, text);
            });
    return texts;
  }
}
