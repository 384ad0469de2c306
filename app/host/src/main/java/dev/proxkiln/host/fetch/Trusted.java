package dev.proxkiln.host.fetch;

/**
 * The digest that an image must have.
 *
 * @param algorithm {@code sha256} or {@code sha512}
 * @param digest lower-case hex; empty where any will do
 * @param verified who vouches for it, in words
 */
record Trusted(String algorithm, String digest, String verified) {
  /** Whether any bytes will do. */
  boolean isOpen() {
    return digest.isEmpty();
  }

  /** For example {@code sha256:0a1b...}. */
  String text() {
    return algorithm + ":" + digest;
  }
}
