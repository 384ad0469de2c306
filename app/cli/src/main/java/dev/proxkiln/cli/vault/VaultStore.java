package dev.proxkiln.cli.vault;

import dev.proxkiln.config.SecretSource;
import dev.proxkiln.config.vault.Argon2id;
import dev.proxkiln.config.vault.Opening;
import dev.proxkiln.config.vault.Vault;
import dev.proxkiln.config.vault.VaultFile;
import dev.proxkiln.config.vault.VaultKey;
import dev.proxkiln.config.vault.VaultSlug;
import dev.proxkiln.core.tree.TreeText;
import dev.proxkiln.host.file.AtomicFiles;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.file.Layout;
import dev.proxkiln.host.file.LockFile;
import dev.proxkiln.host.file.Modes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The vault of this machine and what opens it: a key file, a systemd credential, or a passphrase.
 * One writer at a time; a write that is killed leaves a vault that opens, the old or the new one.
 */
public final class VaultStore {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MODE = 0600;

  private final Layout layout;
  private final TreeText json;
  private final AtomicFiles files;
  private final Passphrases passphrases;
  private final Function<SecureRandom, Argon2id> derivation;
  private final SecureRandom random = new SecureRandom();

  /** The key that opened it last: deriving one from a passphrase takes a second. */
  private @Nullable VaultKey known;

  public VaultStore(Layout layout, TreeText json, AtomicFiles files, Passphrases passphrases) {
    this(layout, json, files, passphrases, Argon2id::fresh);
  }

  /** With another way from a passphrase to a key. */
  public VaultStore(
      Layout layout,
      TreeText json,
      AtomicFiles files,
      Passphrases passphrases,
      Function<SecureRandom, Argon2id> derivation) {
    this.layout = layout;
    this.json = json;
    this.files = files;
    this.passphrases = passphrases;
    this.derivation = derivation;
  }

  /** What is in it, without opening it; nothing where there is none. */
  public SortedMap<String, VaultFile.Sealed> sealed() {
    return read().map(VaultFile::secrets).orElseGet(TreeMap::new);
  }

  /** What opens it; empty where there is none. */
  public Optional<Opening> opening() {
    return read().map(VaultFile::opening);
  }

  /**
   * The text of a secret.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code vault-locked}, {@code
   *     vault-key-wrong}, {@code vault-damaged}, {@code vault-too-new}, {@code secret-unsafe}
   */
  public synchronized Optional<String> find(String name) {
    return read()
        .filter(file -> file.secrets().containsKey(name))
        .flatMap(file -> open(file).get(name));
  }

  /**
   * Changes the vault, or makes one with a key file.
   *
   * @throws dev.proxkiln.core.problem.ProblemException as {@link #find}; {@code lock-held}, {@code
   *     file-unwritable}, {@code disk-full}
   */
  public synchronized void change(UnaryOperator<Vault> change) {
    try (LockFile held = lock()) {
      Optional<VaultFile> file = read();
      write(change.apply(file.isPresent() ? open(file.get()) : created()));
    }
  }

  /** The same secrets under a new key of the same kind. */
  public synchronized void rotate() {
    Optional<Opening> opening = opening();
    if (opening.filter(Opening.Passphrase.class::isInstance).isPresent()) {
      String passphrase = passphrases.vault(name());
      try (LockFile held = lock()) {
        VaultFile file = read().orElseThrow();
        if (file.opening() instanceof Opening.Passphrase(Argon2id way)) {
          Vault vault = Vault.open(name(), file, way.key(passphrase), random);
          seal(vault, passphrase);
        }
      }
    } else {
      toKey();
    }
  }

  /** The same secrets under a new key in a key file. */
  public synchronized void toKey() {
    try (LockFile held = lock()) {
      Optional<VaultFile> file = read();
      Optional<Vault> vault = file.map(this::open);
      VaultKey key = VaultKey.random(random);
      // Killed anywhere in between, the key file has the key of the vault as it is.
      List<VaultKey> keys = new ArrayList<>(List.of(key));
      keys.addAll(keysIn(layout.vaultKey()));
      writeKeys(keys);
      write(
          vault.isPresent()
              ? vault.get().under(new Opening.Key(), key)
              : Vault.create(name(), new Opening.Key(), key, random));
      writeKeys(List.of(key));
      known = key;
    }
  }

  /** The same secrets under a passphrase; the key file goes. */
  public synchronized void toPassphrase() {
    String passphrase = passphrases.fresh(Passphrases.VAULT);
    try (LockFile held = lock()) {
      Optional<VaultFile> file = read();
      seal(file.isPresent() ? open(file.get()) : created(), passphrase);
      files.delete(layout.vaultKey());
    }
  }

  private void seal(Vault vault, String passphrase) {
    Argon2id way = derivation.apply(random);
    VaultKey key = way.key(passphrase);
    write(vault.under(new Opening.Passphrase(way), key));
    known = key;
  }

  private Vault created() {
    VaultKey key =
        keys().stream()
            .findFirst()
            .orElseGet(
                () -> {
                  VaultKey made = VaultKey.random(random);
                  writeKeys(List.of(made));
                  return made;
                });
    known = key;
    return Vault.create(name(), new Opening.Key(), key, random);
  }

  private Vault open(VaultFile file) {
    VaultKey last = known;
    if (last == null || !Vault.fits(file, last)) {
      last =
          switch (file.opening()) {
            case Opening.Key _ -> key(file);
            case Opening.Passphrase(Argon2id way) -> way.key(passphrases.vault(name()));
          };
    }
    Vault vault = Vault.open(name(), file, last, random);
    known = last;
    return vault;
  }

  private VaultKey key(VaultFile file) {
    List<VaultKey> keys = keys();
    if (keys.isEmpty()) {
      throw VaultSlug.VAULT_LOCKED
          .problem(
              name(),
              "There is no key for '" + name() + "'.",
              "Neither "
                  + layout.vaultKey()
                  + " nor the systemd credential "
                  + Passphrases.KEY_CREDENTIAL
                  + " is there.",
              "Put the key file back from a backup.")
          .raise();
    }
    return keys.stream().filter(key -> Vault.fits(file, key)).findFirst().orElse(keys.getFirst());
  }

  /** Every key at hand: those of the credential, then those of the file. */
  private List<VaultKey> keys() {
    List<VaultKey> keys =
        new ArrayList<>(
            passphrases
                .credential(Passphrases.KEY_CREDENTIAL)
                .map(VaultKey::parse)
                .orElse(List.of()));
    keys.addAll(keysIn(layout.vaultKey()));
    return keys;
  }

  private static List<VaultKey> keysIn(Path file) {
    return Files.exists(file) ? VaultKey.parse(SecretSource.guarded(file)) : List.of();
  }

  // ---- files ----

  private String name() {
    return layout.vault().toString();
  }

  private Optional<VaultFile> read() {
    return Files.exists(layout.vault())
        ? Optional.of(VaultFile.parse(name(), SecretSource.guarded(layout.vault()), json))
        : Optional.empty();
  }

  private LockFile lock() {
    folder(layout.run());
    return LockFile.take(layout.run().resolve("vault.lock"), PATIENCE, pid -> {});
  }

  private void write(Vault vault) {
    folder(layout.config());
    files.write(layout.vault(), vault.file().print(json), MODE);
  }

  private void writeKeys(List<VaultKey> keys) {
    folder(layout.state());
    files.write(layout.vaultKey(), VaultKey.print(keys), MODE);
  }

  private static void folder(Path folder) {
    try {
      Modes.folder(folder, 0750);
    } catch (IOException e) {
      throw FileTrouble.writing(folder, e);
    }
  }
}
