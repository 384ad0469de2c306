package dev.proxkiln.config.vault;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/** 256 bits that open a vault or an export. It is never printed. */
public final class VaultKey {
  private static final int BYTES = 32;
  private static final int CHECK_BYTES = 8;
  private static final String LINE = "proxkiln-key-1 ";

  private final byte[] key;

  VaultKey(byte[] key) {
    if (key.length != BYTES) {
      throw new IllegalArgumentException("a key has " + BYTES + " bytes");
    }
    this.key = key.clone();
  }

  /** A new one. */
  public static VaultKey random(SecureRandom random) {
    byte[] key = new byte[BYTES];
    random.nextBytes(key);
    return new VaultKey(key);
  }

  /** The keys of a key file, a line each; lines of other kinds are passed over. */
  public static List<VaultKey> parse(String file) {
    return file.lines().map(VaultKey::line).flatMap(Optional::stream).toList();
  }

  private static Optional<VaultKey> line(String line) {
    try {
      return line.startsWith(LINE)
          ? Optional.of(
              new VaultKey(Base64.getDecoder().decode(line.substring(LINE.length()).strip())))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** A key file that holds some keys. */
  public static String print(List<VaultKey> keys) {
    StringBuilder file =
        new StringBuilder("# Key of proxkiln's vault. Whoever has it can open it.\n");
    for (VaultKey one : keys) {
      file.append(LINE).append(Base64.getEncoder().encodeToString(one.key)).append('\n');
    }
    return file.toString();
  }

  /** What tells this key from others and gives nothing of it away: 16 hexadecimal digits. */
  String check(String id) {
    return HexFormat.of().formatHex(derive(id, "check"), 0, CHECK_BYTES);
  }

  /** A key for one purpose in one vault: HKDF with SHA-256 (RFC 5869). */
  byte[] derive(String id, String purpose) {
    return hkdf(
        key,
        id.getBytes(StandardCharsets.UTF_8),
        ("proxkiln " + purpose).getBytes(StandardCharsets.UTF_8),
        BYTES);
  }

  static byte[] hkdf(byte[] input, byte[] salt, byte[] purpose, int length) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(input)
                  .addSalt(salt)
                  .thenExpand(purpose, length));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VaultKey that && Arrays.equals(key, that.key);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(key);
  }

  @Override
  public String toString() {
    return "VaultKey";
  }
}
