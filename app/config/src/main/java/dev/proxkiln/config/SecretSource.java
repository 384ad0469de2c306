package dev.proxkiln.config;

import dev.proxkiln.core.port.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Finds secrets by name: those of the run itself, then {@code PROXKILN_SECRET_NAME} in the
 * environment, then the vault, then the file {@code secrets/NAME} of the configuration folder.
 */
public final class SecretSource implements Secrets {
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final Map<String, String> own;
  private final Map<String, String> environment;
  private final Function<String, Optional<String>> vault;
  private final Path folder;

  /**
   * A source of secrets.
   *
   * @param own secrets that belong to this run alone
   * @param environment the process environment
   * @param vault finds a secret in the vault; empty where it has none of that name
   * @param folder the folder of secret files; it need not be there
   */
  public SecretSource(
      Map<String, String> own,
      Map<String, String> environment,
      Function<String, Optional<String>> vault,
      Path folder) {
    this.own = Map.copyOf(own);
    this.environment = environment;
    this.vault = vault;
    this.folder = folder;
  }

  /** The environment variable of a secret. */
  public static String variable(String name) {
    return "PROXKILN_SECRET_" + name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }

  /** The names of the secrets that a folder keeps; none where there is no folder. */
  public static List<String> names(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /**
   * The secret's text, without a line end.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code secret-missing}, {@code
   *     secret-unsafe} and those of the vault
   */
  @Override
  public String secret(String name) {
    String mine = own.get(name);
    if (mine != null) {
      return mine;
    }
    String given = environment.get(variable(name));
    if (given != null && !given.isEmpty()) {
      return given;
    }
    return vault.apply(name).orElseGet(() -> fromFile(name));
  }

  private String fromFile(String name) {
    Path file = folder.resolve(name);
    if (Sources.nameOf(Sources.SECRET_PREFIX + name).isEmpty() || !Files.isRegularFile(file)) {
      throw missing(name);
    }
    return guarded(file).stripTrailing();
  }

  /**
   * The text of a file that is its owner's alone.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code secret-unsafe}
   */
  public static String guarded(Path file) {
    try {
      PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
      if (!OWNER.containsAll(attributes.permissions())) {
        throw unsafe(file, "Others than its owner have rights on it.", "chmod 0600 " + file);
      }
      if (!attributes.owner().getName().equals(SettingsFile.me())) {
        throw unsafe(
            file,
            "It belongs to '" + attributes.owner().getName() + "'.",
            "chown " + SettingsFile.me() + " " + file);
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw unsafe(file, String.valueOf(e.getMessage()), "ls -l " + file);
    }
  }

  private static RuntimeException missing(String name) {
    return ConfigSlug.SECRET_MISSING
        .problem(
            "secret:" + name,
            "There is no secret '" + name + "'.",
            "Neither the environment nor the vault has it.",
            "Run: proxkiln secret set " + name + ", or set " + variable(name) + ".")
        .raise();
  }

  private static RuntimeException unsafe(Path file, String why, String command) {
    return ConfigSlug.SECRET_UNSAFE
        .problem(
            file.toString(),
            "The file '" + file + "' is not safe for a secret.",
            why,
            "Run: " + command)
        .raise();
  }
}
