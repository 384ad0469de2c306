package dev.proxkiln.config.vault;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits, and HMAC with SHA-256. */
final class Seal {
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private Seal() {}

  /**
   * Seals a text.
   *
   * @param about what it belongs to: without the same words it does not open
   * @return nonce, ciphertext and tag in Base64
   */
  static String close(byte[] key, String text, List<String> about, SecureRandom random) {
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    byte[] sealed =
        crypt(Cipher.ENCRYPT_MODE, key, nonce, bytes(text), packed(about)).orElseThrow();
    byte[] whole = Arrays.copyOf(nonce, NONCE + sealed.length);
    System.arraycopy(sealed, 0, whole, NONCE, sealed.length);
    return Base64.getEncoder().encodeToString(whole);
  }

  /** Opens a text; empty when the key, the words or anything of the text is another. */
  static Optional<String> open(byte[] key, String sealed, List<String> about) {
    byte[] whole;
    try {
      whole = Base64.getDecoder().decode(sealed);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (whole.length < NONCE + TAG_BITS / 8) {
      return Optional.empty();
    }
    return crypt(
            Cipher.DECRYPT_MODE,
            key,
            Arrays.copyOf(whole, NONCE),
            Arrays.copyOfRange(whole, NONCE, whole.length),
            packed(about))
        .map(text -> new String(text, StandardCharsets.UTF_8));
  }

  static Optional<byte[]> crypt(int mode, byte[] key, byte[] nonce, byte[] text, byte[] about) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(about);
      return Optional.of(cipher.doFinal(text));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What vouches for some words together, in Base64. */
  static String vouch(byte[] key, List<String> words) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return Base64.getEncoder().encodeToString(mac.doFinal(packed(words)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Words with their lengths before them, so that no two lists look alike. */
  private static byte[] packed(List<String> words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String word : words) {
      byte[] bytes = bytes(word);
      out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
      out.writeBytes(bytes);
    }
    return out.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
