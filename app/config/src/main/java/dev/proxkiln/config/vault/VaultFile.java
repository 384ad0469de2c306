package dev.proxkiln.config.vault;

import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.core.tree.TreeText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A vault as it lies on disk: names in clear, values sealed.
 *
 * @param id tells this vault from others; new whenever its key is
 * @param opening what opens it
 * @param check tells the right key from others
 * @param secrets by name
 * @param seal vouches for all of it
 */
public record VaultFile(
    String id, Opening opening, String check, SortedMap<String, Sealed> secrets, String seal) {
  private static final String FORMAT = "proxkiln-vault";
  private static final int VERSION = 1;

  public VaultFile {
    secrets = Collections.unmodifiableSortedMap(new TreeMap<>(secrets));
  }

  /**
   * A sealed value.
   *
   * @param revision 1 for the first value of that name, then one more for each
   * @param changed when it was set, as ISO 8601 has it
   * @param text nonce, ciphertext and tag in Base64
   */
  public record Sealed(long revision, String changed, String text) {}

  /**
   * Reads a file.
   *
   * @param name how the user calls it
   * @throws dev.proxkiln.core.problem.ProblemException {@code vault-damaged}, {@code vault-too-new}
   */
  public static VaultFile parse(String name, String text, TreeText json) {
    try {
      Object tree = json.read(text);
      if (!FORMAT.equals(Tree.text(tree, "format"))) {
        throw new IllegalArgumentException("It does not begin as a vault does.");
      }
      if (!(Tree.at(tree, "version").orElse(null) instanceof Integer version) || version < 1) {
        throw new IllegalArgumentException("It says no version.");
      }
      if (version > VERSION) {
        throw tooNew(name, version).raise();
      }
      Map<String, Object> whole =
          exact(tree, Set.of("format", "version", "id", "key", "check", "secrets", "seal"));
      SortedMap<String, Sealed> secrets = new TreeMap<>();
      Tree.map(whole, "secrets").forEach((secret, one) -> secrets.put(secret, value(one)));
      return new VaultFile(
          string(whole, "id"),
          Opening.of(Tree.map(whole, "key")),
          string(whole, "check"),
          secrets,
          string(whole, "seal"));
    } catch (IllegalArgumentException e) {
      throw damaged(name, String.valueOf(e.getMessage())).raise();
    }
  }

  private static Sealed value(@Nullable Object tree) {
    Map<String, Object> one = exact(tree, Set.of("revision", "changed", "sealed"));
    Object revision = one.get("revision");
    if (!(revision instanceof Integer || revision instanceof Long)) {
      throw new IllegalArgumentException("A revision is no number.");
    }
    return new Sealed(
        ((Number) revision).longValue(), string(one, "changed"), string(one, "sealed"));
  }

  private static String string(Map<String, Object> tree, String key) {
    if (tree.get(key) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("'" + key + "' is no text.");
  }

  private static Map<String, Object> exact(@Nullable Object tree, Set<String> keys) {
    Map<String, Object> map = tree == null ? Map.of() : Tree.map(tree, "");
    if (!map.keySet().equals(keys)) {
      throw new IllegalArgumentException("Something is missing in it, or too much.");
    }
    return map;
  }

  /** The file's text. */
  public String print(TreeText json) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("format", FORMAT);
    tree.put("version", VERSION);
    tree.put("id", id);
    tree.put("key", opening.tree());
    tree.put("check", check);
    Map<String, Object> values = new LinkedHashMap<>();
    secrets.forEach(
        (name, one) -> {
          Map<String, Object> value = new LinkedHashMap<>();
          value.put("revision", one.revision());
          value.put("changed", one.changed());
          value.put("sealed", one.text());
          values.put(name, value);
        });
    tree.put("secrets", values);
    tree.put("seal", seal);
    return json.pretty(tree);
  }

  /** What the seal vouches for: everything else. */
  List<String> words() {
    List<String> words = new ArrayList<>(List.of(FORMAT, String.valueOf(VERSION), id));
    words.addAll(opening.words());
    words.add(check);
    secrets.forEach(
        (name, one) ->
            words.addAll(List.of(name, String.valueOf(one.revision()), one.changed(), one.text())));
    return words;
  }

  /** What a value belongs to. */
  static List<String> about(String id, String name, long revision) {
    return List.of(FORMAT, String.valueOf(VERSION), id, name, String.valueOf(revision));
  }

  static Problem damaged(String name, String why) {
    return VaultSlug.VAULT_DAMAGED.problem(
        name,
        "'" + name + "' is damaged.",
        why,
        "Put it back from a backup; nothing of it was used.");
  }

  static Problem tooNew(String name, int version) {
    return VaultSlug.VAULT_TOO_NEW.problem(
        name,
        "'" + name + "' has version " + version + "; this release knows " + VERSION + ".",
        "A newer release of proxkiln wrote it.",
        "Update proxkiln.");
  }

  static Problem wrongKey(String name, Opening opening) {
    return switch (opening) {
      case Opening.Key _ ->
          VaultSlug.VAULT_KEY_WRONG.problem(
              name,
              "The key does not open '" + name + "'.",
              "It is the key of another vault, or of this one before it was rotated; or the file"
                  + " was changed.",
              "Put back the key file that belongs to it.");
      case Opening.Passphrase _ ->
          VaultSlug.VAULT_KEY_WRONG.problem(
              name,
              "The passphrase does not open '" + name + "'.",
              "It is another one, or the file was changed.",
              "Try again; look at the case of letters.");
    };
  }
}
