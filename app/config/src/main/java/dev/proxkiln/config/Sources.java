package dev.proxkiln.config;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Follows raw values that point somewhere, before they are read: keys, files, secrets. */
public final class Sources {
  /** How a value names a secret. */
  public static final String SECRET_PREFIX = "secret:";

  private static final Pattern SECRET_NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

  /** The hashes that a node keeps as they are; it would take anything else for a clear password. */
  private static final Pattern CRYPT_HASH =
      Pattern.compile("\\$(?:[156]|2[ay])\\$[A-Za-z0-9./=$,-]+\\$[A-Za-z0-9./]+");

  private final KeySource keys;
  private final FileSource files;

  /** With the ways to what values point to. */
  public Sources(KeySource keys, FileSource files) {
    this.keys = keys;
    this.files = files;
  }

  /**
   * Values without pointers.
   *
   * @param values ready for the schema
   * @param aside secrets that were given as a value (crypt hashes), by the name that now stands for
   *     them; they belong to this run only
   * @param problems what cannot be followed: {@code secret-in-clear} and those of the sources; such
   *     values are left out
   */
  public record Resolved(Values values, Map<String, String> aside, List<Problem> problems) {
    public Resolved {
      aside = Map.copyOf(aside);
      problems = List.copyOf(problems);
    }

    /** Names only. */
    @Override
    public String toString() {
      return "Resolved[" + values.entries().keySet() + "]";
    }
  }

  /** Follows every value that its field says may point somewhere. */
  public Resolved follow(Schema schema, Values values) {
    List<Problem> problems = new ArrayList<>();
    TreeMap<String, Values.Value> entries = new TreeMap<>(values.entries());
    Map<String, String> aside = new LinkedHashMap<>();
    for (Field<?> field : schema.fields()) {
      Values.Value value = entries.get(field.key());
      if (value == null) {
        continue;
      }
      String where = value.origin().name(field.key());
      try {
        String raw =
            switch (field.source()) {
              case TEXT -> value.raw();
              case SSH_KEYS -> publicKeys(value.raw(), problems, where);
              case FILE -> isText(value.raw()) ? value.raw() : files.text(value.raw().strip());
              case SECRET -> secret(field, value, aside);
            };
        entries.put(field.key(), new Values.Value(raw, value.origin()));
      } catch (ProblemException e) {
        entries.remove(field.key());
        e.problems().forEach(p -> problems.add(p.at(where)));
      }
    }
    return new Resolved(new Values(entries), aside, problems);
  }

  /** No file name has a second line. */
  private static boolean isText(String raw) {
    return raw.strip().contains("\n");
  }

  private String publicKeys(String raw, List<Problem> problems, String where) {
    Set<String> found = new LinkedHashSet<>();
    for (String line : raw.lines().map(String::strip).toList()) {
      if (!line.isEmpty() && !line.startsWith("#")) {
        try {
          found.addAll(keys.keys(line));
        } catch (ProblemException e) {
          e.problems().forEach(p -> problems.add(p.at(where)));
        }
      }
    }
    return String.join("\n", found);
  }

  private static String secret(Field<?> field, Values.Value value, Map<String, String> aside) {
    String raw = value.raw().strip();
    Optional<String> name = nameOf(raw);
    if (name.isPresent()) {
      return raw;
    }
    if (CRYPT_HASH.matcher(raw).matches()) {
      String derived = "hash-" + digest(raw);
      aside.put(derived, raw);
      return SECRET_PREFIX + derived;
    }
    // The value itself is never repeated here: the text of a problem ends up on screens and in
    // logs.
    throw ConfigSlug.SECRET_IN_CLEAR
        .problem(
            value.origin().name(field.key()),
            field.label() + " is neither the name of a secret nor a crypt hash.",
            "A clear secret in a flag, a file or the environment is easily seen by others.",
            "Put it in the file secrets/"
                + field.key()
                + " of the configuration folder (mode 0600) and give secret:"
                + field.key()
                + ", or give a hash made by: openssl passwd -6")
        .raise();
  }

  /** The name in {@code secret:NAME}, or empty. */
  static Optional<String> nameOf(String raw) {
    if (!raw.startsWith(SECRET_PREFIX)) {
      return Optional.empty();
    }
    String name = raw.substring(SECRET_PREFIX.length());
    return SECRET_NAME.matcher(name).matches() ? Optional.of(name) : Optional.empty();
  }

  /** The same hash gets the same name in every run, so that plans stay the same. */
  private static String digest(String text) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
