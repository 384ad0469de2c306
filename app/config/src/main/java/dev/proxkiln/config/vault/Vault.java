package dev.proxkiln.config.vault;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A vault that is open: its values can be read and changed. Immutable; {@link #file()} is what goes
 * to disk.
 */
public final class Vault {
  private static final int ID_BYTES = 16;

  private final String name;
  private final VaultFile file;
  private final VaultKey key;
  private final SecureRandom random;

  private Vault(String name, VaultFile file, VaultKey key, SecureRandom random) {
    this.name = name;
    this.file = file;
    this.key = key;
    this.random = random;
  }

  /**
   * A new one without secrets.
   *
   * @param name how the user calls its file
   * @param key what {@code opening} leads to
   */
  public static Vault create(String name, Opening opening, VaultKey key, SecureRandom random) {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    return whole(name, HexFormat.of().formatHex(id), opening, new TreeMap<>(), key, random);
  }

  /**
   * Opens a file. What is not as it was written is refused whole.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code vault-key-wrong}, {@code
   *     vault-damaged}
   */
  public static Vault open(String name, VaultFile file, VaultKey key, SecureRandom random) {
    if (!fits(file, key)) {
      throw VaultFile.wrongKey(name, file.opening()).raise();
    }
    if (!same(file.seal(), seal(file, key))) {
      throw VaultFile.damaged(name, "It is not as proxkiln wrote it.").raise();
    }
    return new Vault(name, file, key, random);
  }

  /** Whether a key is the one of a file. */
  public static boolean fits(VaultFile file, VaultKey key) {
    return same(file.check(), key.check(file.id()));
  }

  /** What goes to disk. */
  public VaultFile file() {
    return file;
  }

  /**
   * The text of a secret; empty where there is none of that name.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code vault-damaged}
   */
  public Optional<String> get(String secret) {
    VaultFile.Sealed found = file.secrets().get(secret);
    return found == null
        ? Optional.empty()
        : Optional.of(
            Seal.open(
                    key.derive(file.id(), "values"),
                    found.text(),
                    VaultFile.about(file.id(), secret, found.revision()))
                .orElseThrow(
                    () ->
                        VaultFile.damaged(name, "The value of '" + secret + "' does not open.")
                            .raise()));
  }

  /** The same with a secret. */
  public Vault with(String secret, String text, Instant now) {
    VaultFile.Sealed before = file.secrets().get(secret);
    long revision = before == null ? 1 : before.revision() + 1;
    return changed(
        secrets -> {
          secrets.put(secret, value(file.id(), key, secret, revision, now.toString(), text));
          return secrets;
        });
  }

  /** The same without a secret. */
  public Vault without(String secret) {
    return changed(
        secrets -> {
          secrets.remove(secret);
          return secrets;
        });
  }

  /** The same secrets under another key: every value is sealed anew. */
  public Vault under(Opening opening, VaultKey other) {
    Vault empty = create(name, opening, other, random);
    SortedMap<String, VaultFile.Sealed> secrets = new TreeMap<>();
    file.secrets()
        .forEach(
            (secret, one) ->
                secrets.put(
                    secret,
                    value(
                        empty.file.id(),
                        other,
                        secret,
                        one.revision(),
                        one.changed(),
                        get(secret).orElseThrow())));
    return whole(name, empty.file.id(), opening, secrets, other, random);
  }

  private VaultFile.Sealed value(
      String id, VaultKey with, String secret, long revision, String changed, String text) {
    return new VaultFile.Sealed(
        revision,
        changed,
        Seal.close(with.derive(id, "values"), text, VaultFile.about(id, secret, revision), random));
  }

  private Vault changed(UnaryOperator<SortedMap<String, VaultFile.Sealed>> change) {
    return whole(
        name, file.id(), file.opening(), change.apply(new TreeMap<>(file.secrets())), key, random);
  }

  private static Vault whole(
      String name,
      String id,
      Opening opening,
      SortedMap<String, VaultFile.Sealed> secrets,
      VaultKey key,
      SecureRandom random) {
    VaultFile bare = new VaultFile(id, opening, key.check(id), secrets, "");
    VaultFile all =
        new VaultFile(bare.id(), bare.opening(), bare.check(), bare.secrets(), seal(bare, key));
    return new Vault(name, all, key, random);
  }

  private static String seal(VaultFile file, VaultKey key) {
    return Seal.vouch(key.derive(file.id(), "seal"), file.words());
  }

  private static boolean same(String a, String b) {
    return MessageDigest.isEqual(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }

  /** Names nothing of what is in it. */
  @Override
  public String toString() {
    return "Vault";
  }
}
