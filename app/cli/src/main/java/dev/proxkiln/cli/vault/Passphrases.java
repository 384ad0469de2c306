package dev.proxkiln.cli.vault;

import dev.proxkiln.config.vault.VaultSlug;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.host.file.TextFile;
import dev.proxkiln.ui.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Where passphrases come from: a variable, a systemd credential, or somebody who types them unseen.
 */
public final class Passphrases {
  /** The passphrase of the vault. */
  public static final String VAULT = "PROXKILN_VAULT_PASSPHRASE";

  /** The passphrase of an export. */
  public static final String EXPORT = "PROXKILN_EXPORT_PASSPHRASE";

  /** The credential that holds a key file; see systemd.exec(5), LoadCredential=. */
  static final String KEY_CREDENTIAL = "proxkiln-vault-key";

  private static final String PASSPHRASE_CREDENTIAL = "proxkiln-vault-passphrase";
  private static final int LEAST = 8;

  private final Function<String, Optional<String>> variables;
  private final Supplier<Optional<Terminal.Line>> terminal;

  /** With variables alone: nobody is asked. */
  public Passphrases(Function<String, Optional<String>> variables) {
    this(variables, Optional::empty);
  }

  /**
   * With variables, and somebody to ask.
   *
   * @param terminal opens it for a question; empty where nobody may be asked
   */
  public Passphrases(
      Function<String, Optional<String>> variables, Supplier<Optional<Terminal.Line>> terminal) {
    this.variables = variables;
    this.terminal = terminal;
  }

  /** The text of a systemd credential. */
  Optional<String> credential(String name) {
    return given("CREDENTIALS_DIRECTORY")
        .map(text -> Path.of(text).resolve(name))
        .filter(Files::isReadable)
        .map(TextFile::read);
  }

  /**
   * The passphrase of the vault.
   *
   * @param name how the user calls the vault
   * @throws dev.proxkiln.core.problem.ProblemException {@code vault-locked}
   */
  String vault(String name) {
    return credential(PASSPHRASE_CREDENTIAL)
        .map(String::strip)
        .or(() -> given(VAULT))
        .or(() -> asked("Passphrase of the vault: "))
        .orElseThrow(() -> locked(name, VAULT));
  }

  /** The passphrase of an export that is read. */
  public String export(String name) {
    return given(EXPORT)
        .or(() -> asked("Passphrase of the export: "))
        .orElseThrow(() -> locked(name, EXPORT));
  }

  /**
   * A passphrase for something new, typed twice.
   *
   * @param variable the variable that may hold it
   * @throws dev.proxkiln.core.problem.ProblemException {@code vault-locked}, {@code invalid-value}
   */
  public String fresh(String variable) {
    Optional<String> given = given(variable);
    String first =
        given
            .or(() -> asked("New passphrase: "))
            .orElseThrow(() -> locked("the new passphrase", variable));
    if (first.length() < LEAST) {
      throw CoreSlug.INVALID_VALUE
          .problem(
              variable,
              "The passphrase is shorter than " + LEAST + " characters.",
              "Whoever gets hold of the file can try many in a second.",
              "Take several words.")
          .raise();
    }
    if (given.isEmpty() && !asked("The same again: ").equals(Optional.of(first))) {
      throw CoreSlug.INVALID_VALUE
          .problem("", "The two passphrases differ.", "", "Try again.")
          .raise();
    }
    return first;
  }

  private Optional<String> given(String variable) {
    return variables.apply(variable).filter(text -> !text.isEmpty());
  }

  /** Asks for a text that is not shown while it is typed. */
  public Optional<String> asked(String prompt) {
    Optional<Terminal.Line> opened = terminal.get();
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    try (Terminal.Line line = opened.get()) {
      return line.readHidden(prompt).filter(text -> !text.isEmpty());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RuntimeException locked(String name, String variable) {
    return VaultSlug.VAULT_LOCKED
        .problem(
            name,
            "There is no passphrase for '" + name + "'.",
            "It is not in " + variable + ", and nobody can be asked here.",
            "Set " + variable + ", or run it in a terminal.")
        .raise();
  }
}
