package dev.proxkiln.host.release;

import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/**
 * The public keys that releases are signed with: the one in use and the one that may follow it.
 * What {@code openssl pkeyutl -sign -rawin} signs with an Ed25519 key (RFC 8032) verifies here.
 *
 * @param base64 each an X.509 SubjectPublicKeyInfo, the text between the lines of a PEM file
 */
public record ReleaseKeys(List<String> base64) {
  private static final String ALGORITHM = "Ed25519";

  /** Keys. */
  public ReleaseKeys {
    base64 = List.copyOf(base64);
  }

  /**
   * Verifies a detached signature of 64 bytes.
   *
   * @param where the signed file's name or address, for the problem
   * @throws ProblemException {@code signature-invalid} when none of the keys made it
   */
  public void verify(byte[] content, byte[] signature, String where) {
    for (String key : base64) {
      if (fits(key, content, signature)) {
        return;
      }
    }
    throw HostSlug.SIGNATURE_INVALID
        .problem(
            where,
            "The signature of '" + where + "' is wrong.",
            "None of the keys that the installed release carries made it.",
            "This is not what the project released: do not install it, and report it.")
        .raise();
  }

  private static boolean fits(String key, byte[] content, byte[] signature) {
    try {
      PublicKey known =
          KeyFactory.getInstance(ALGORITHM)
              .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(key)));
      Signature check = Signature.getInstance(ALGORITHM);
      check.initVerify(known);
      check.update(content);
      return check.verify(signature);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // A key or a signature that is none fits nothing.
      return false;
    }
  }
}
