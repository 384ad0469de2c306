package dev.proxkiln.sandbox.guest;

import java.nio.charset.StandardCharsets;
import org.apache.commons.codec.digest.Sha2Crypt;

/** Password hashes as a node makes them (source: pve-common Tools.pm, encrypt_pw). */
final class Crypt {
  private Crypt() {}

  /** {@code $5$salt$hash}, SHA-256 crypt with a random salt. */
  static String sha256(String password) {
    return Sha2Crypt.sha256Crypt(password.getBytes(StandardCharsets.UTF_8));
  }
}
