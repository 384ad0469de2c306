package dev.proxkiln.config.vault;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * How a passphrase becomes a key: Argon2id version 1.3 (RFC 9106).
 *
 * @param memory in KiB, 8192 to 1048576
 * @param passes over the memory, 1 to 64
 * @param lanes 1 to 16
 * @param salt 16 bytes
 */
public record Argon2id(int memory, int passes, int lanes, byte[] salt) {
  private static final int KEY_BYTES = 32;
  static final int SALT_BYTES = 16;

  public Argon2id {
    if (memory < 8192
        || memory > 1 << 20
        || passes < 1
        || passes > 64
        || lanes < 1
        || lanes > 16
        || salt.length != SALT_BYTES) {
      throw new IllegalArgumentException("parameters of Argon2id out of range");
    }
    salt = salt.clone();
  }

  /** The second choice of RFC 9106, section 4: 64 MiB, three passes, four lanes. */
  public static Argon2id fresh(SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return new Argon2id(1 << 16, 3, 4, salt);
  }

  @Override
  public byte[] salt() {
    return salt.clone();
  }

  /** The key of a passphrase; takes about a second. */
  public VaultKey key(String passphrase) {
    byte[] words = passphrase.getBytes(StandardCharsets.UTF_8);
    try {
      return new VaultKey(
          derive(
              new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                  .withMemoryAsKB(memory)
                  .withIterations(passes)
                  .withParallelism(lanes)
                  .withSalt(salt)
                  .build(),
              words));
    } finally {
      Arrays.fill(words, (byte) 0);
    }
  }

  static byte[] derive(Argon2Parameters parameters, byte[] password) {
    Argon2BytesGenerator argon = new Argon2BytesGenerator();
    argon.init(parameters);
    byte[] key = new byte[KEY_BYTES];
    argon.generateBytes(password, key);
    return key;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Argon2id that
        && memory == that.memory
        && passes == that.passes
        && lanes == that.lanes
        && Arrays.equals(salt, that.salt);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(salt);
  }
}
