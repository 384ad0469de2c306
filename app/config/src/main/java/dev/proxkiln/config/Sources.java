package dev.proxkiln.config;

import dev.proxkiln.core.digest.Sha256;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Follows raw values that point somewhere, before they are read: keys, files, secrets. */
public final class Sources {
  /** How a value names a secret. */
  public static final String SECRET_PREFIX = "secret:";

  /** How a value says that it is this machine's. */
  private static final String HOST = "host";

  /** The names that a secret can have. */
  public static final String SECRET_NAME = "[a-z0-9][a-z0-9._-]{0,63}";

  /** The hashes that a node keeps as they are; it would take anything else for a clear password. */
  private static final Pattern CRYPT_HASH =
      Pattern.compile("\\$(?:[156]|2[ay])\\$[A-Za-z0-9./=$,-]+\\$[A-Za-z0-9./]+");

  /** Largest file for a guest in bytes, as in the template module. */
  private static final int MOST_FOR_GUEST = 1 << 20;

  private static final Pattern GUEST_FILE =
      Pattern.compile("(?<local>.+?):(?<guest>/[^:]+)(?::(?<mode>0?[0-7]{3}))?");
  private static final Pattern GUEST_CONTENT = Pattern.compile("/[^:]+:0[0-7]{3}:base64:.*");

  private final KeySource keys;
  private final FileSource files;
  private final GuestFileSource guestFiles;
  private final MachineSource machine;

  /** With the ways to what values point to. */
  public Sources(
      KeySource keys, FileSource files, GuestFileSource guestFiles, MachineSource machine) {
    this.keys = keys;
    this.files = files;
    this.guestFiles = guestFiles;
    this.machine = machine;
  }

  /**
   * Values without pointers.
   *
   * @param values ready for the schema
   * @param aside secrets that were given as a value (crypt hashes), by the name that now stands for
   *     them; they belong to this run only
   * @param problems what cannot be followed: {@code secret-in-clear} and those of the sources; such
   *     values are left out
   * @param given the values before they were followed
   */
  public record Resolved(
      Values values, Map<String, String> aside, List<Problem> problems, Values given) {
    public Resolved {
      aside = Map.copyOf(aside);
      problems = List.copyOf(problems);
    }

    /** Values that pointed nowhere. */
    public Resolved(Values values, Map<String, String> aside, List<Problem> problems) {
      this(values, aside, problems, values);
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
    inherit(schema, entries);
    for (Field<?> field : schema.fields()) {
      Values.Value value = entries.get(field.key());
      if (value == null) {
        continue;
      }
      String where = value.origin().name(field.key());
      try {
        String raw =
            switch (field.source()) {
              case TEXT, INHERIT -> value.raw();
              case HOST -> isHost(value.raw()) ? machine.setting(field.key()) : value.raw();
              case CERTIFICATES -> certificates(field, value.raw(), problems, where);
              case SSH_KEYS -> publicKeys(value.raw(), problems, where);
              case FILE -> isText(value.raw()) ? value.raw() : files.text(value.raw().strip());
              case PATH -> paths(value.raw(), problems, where);
              case SECRET, PASSWORD -> secret(field, value, aside);
              case GUEST_FILES -> guestFiles(value.raw(), problems, where);
            };
        entries.put(field.key(), new Values.Value(raw, value.origin()));
      } catch (ProblemException e) {
        entries.remove(field.key());
        e.problems().forEach(p -> problems.add(p.at(where)));
      }
    }
    return new Resolved(new Values(entries), aside, problems, values);
  }

  private static boolean isHost(String word) {
    return word.strip().equals(HOST);
  }

  /** What is inherited is asked of the machine like every other {@code host}. */
  private static void inherit(Schema schema, Map<String, Values.Value> entries) {
    for (Field<?> field : schema.fields()) {
      Values.Value value = entries.get(field.key());
      if (field.source() == Field.Source.INHERIT && value != null) {
        for (String key : value.raw().split("[\\s,;]+")) {
          boolean asks =
              schema
                  .find(key)
                  .filter(
                      f ->
                          f.source() == Field.Source.HOST
                              || f.source() == Field.Source.CERTIFICATES)
                  .isPresent();
          if (asks) {
            entries.putIfAbsent(key, new Values.Value(HOST, value.origin()));
          }
        }
      }
    }
  }

  private String certificates(Field<?> field, String raw, List<Problem> problems, String where) {
    if (raw.contains("-----BEGIN")) {
      return raw;
    }
    List<String> found = new ArrayList<>();
    for (String line : raw.lines().map(String::strip).filter(l -> !l.isEmpty()).toList()) {
      try {
        found.add(isHost(line) ? machine.setting(field.key()) : files.text(line));
      } catch (ProblemException e) {
        e.problems().forEach(p -> problems.add(p.at(where)));
      }
    }
    return String.join("\n", found);
  }

  private String paths(String raw, List<Problem> problems, String where) {
    List<String> found = new ArrayList<>();
    for (String line : raw.lines().map(String::strip).filter(l -> !l.isEmpty()).toList()) {
      try {
        found.add(files.path(line));
      } catch (ProblemException e) {
        e.problems().forEach(p -> problems.add(p.at(where)));
      }
    }
    return String.join("\n", found);
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

  private String guestFiles(String raw, List<Problem> problems, String where) {
    List<String> found = new ArrayList<>();
    for (String line : raw.lines().map(String::strip).filter(l -> !l.isEmpty()).toList()) {
      Matcher matcher = GUEST_FILE.matcher(line);
      // What cannot be followed is left for the field's own type, which says what is wrong.
      if (GUEST_CONTENT.matcher(line).matches() || !matcher.matches()) {
        found.add(line);
        continue;
      }
      try {
        GuestFileSource.Content content = guestFiles.read(matcher.group("local"));
        if (content.bytes().length > MOST_FOR_GUEST) {
          problems.add(
              CoreSlug.INVALID_VALUE.problem(
                  where,
                  "File '" + matcher.group("local") + "' is larger than 1 MiB.",
                  "It travels inside the plan, and cloud-init's data has no room for more.",
                  "Let a command of --run-command fetch it inside the guest."));
          continue;
        }
        String mode =
            matcher.group("mode") != null
                ? matcher.group("mode")
                : content.executable() ? "0755" : "0644";
        found.add(
            matcher.group("guest")
                + ":"
                + (mode.length() == 3 ? "0" + mode : mode)
                + ":base64:"
                + Base64.getEncoder().encodeToString(content.bytes()));
      } catch (ProblemException e) {
        e.problems().forEach(p -> problems.add(p.at(where)));
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
    throw inClear(field, value.origin().name(field.key())).raise();
  }

  /**
   * That a secret stands where only its name may. The value itself is never repeated: the text of a
   * problem ends up on screens and in logs.
   */
  public static Problem inClear(Field<?> field, String where) {
    boolean password = field.source() == Field.Source.PASSWORD;
    return ConfigSlug.SECRET_IN_CLEAR.problem(
        where,
        field.label()
            + (password
                ? " is neither the name of a secret nor a crypt hash."
                : " is not the name of a secret."),
        "A clear secret in a flag, a file or the environment is easily seen by others.",
        "Run: proxkiln secret set "
            + field.key()
            + ", and give secret:"
            + field.key()
            + (password ? "; or give a hash made by: openssl passwd -6" : ""));
  }

  /** The name in {@code secret:NAME}, or empty. */
  static Optional<String> nameOf(String raw) {
    if (!raw.startsWith(SECRET_PREFIX)) {
      return Optional.empty();
    }
    String name = raw.substring(SECRET_PREFIX.length());
    return isSecretName(name) ? Optional.of(name) : Optional.empty();
  }

  /** Whether a secret can have that name. */
  public static boolean isSecretName(String name) {
    return name.matches(SECRET_NAME);
  }

  /** The same hash gets the same name in every run, so that plans stay the same. */
  private static String digest(String text) {
    return Sha256.of(text).substring(0, 12);
  }
}
