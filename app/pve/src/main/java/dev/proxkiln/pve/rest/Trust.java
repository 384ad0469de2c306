package dev.proxkiln.pve.rest;

import dev.proxkiln.pve.problem.PveSlug;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** How a node proves that it is the one that was meant. */
public sealed interface Trust {

  /**
   * By exactly this certificate; its names and dates do not matter then.
   *
   * @param sha256 fingerprint of the certificate, 64 lower-case hex digits
   */
  record Pinned(String sha256) implements Trust {
    /**
     * Reads a fingerprint with or without colons, in any case.
     *
     * @throws dev.proxkiln.core.problem.ProblemException {@code certificate-unknown}
     */
    public static Pinned parse(String text) {
      String hex =
          text.strip()
              .toLowerCase(Locale.ROOT)
              .replaceFirst("^sha-?256(?: fingerprint)?[:=]\\s*", "")
              .replace(":", "");
      if (!hex.matches("[0-9a-f]{64}")) {
        throw PveSlug.CERTIFICATE_UNKNOWN
            .problem(
                "certificate fingerprint",
                "'" + text + "' is not a SHA-256 fingerprint.",
                "it has 32 pairs of hex digits, with or without colons between them",
                "Copy it from the node: pvenode cert info.")
            .raise();
      }
      return new Pinned(hex);
    }
  }

  /**
   * By an authority of one's own, as every cluster has one; the certificate must name the host.
   *
   * @param pem certificate file, on a node {@code /etc/pve/pve-root-ca.pem}
   */
  record Authority(Path pem) implements Trust {}

  /** By the public authorities that this machine's Java knows. */
  record PublicAuthorities() implements Trust {}

  /** The SHA-256 digest of some bytes. */
  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has SHA-256
    }
  }

  /** A digest as PVE shows fingerprints: upper-case pairs joined by colons. */
  static String colons(byte[] digest) {
    return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
  }
}
