package dev.proxkiln.host.key;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * An SSH public key as in {@code authorized_keys} (sshd(8)), without options.
 *
 * @param type for example {@code ssh-ed25519}
 * @param body base 64 of the key (RFC 4253, section 6.6)
 * @param comment whatever stood behind it, without control characters
 */
public record SshKey(String type, String body, String comment) {
  /** How many fields the body of each type has, its type included. */
  private static final Map<String, Integer> FIELDS =
      Map.of(
          "ssh-ed25519", 2,
          "ssh-rsa", 3,
          "ecdsa-sha2-nistp256", 3,
          "ecdsa-sha2-nistp384", 3,
          "ecdsa-sha2-nistp521", 3,
          "sk-ssh-ed25519@openssh.com", 3,
          "sk-ecdsa-sha2-nistp256@openssh.com", 4);

  private static final int SHORTEST_RSA_BITS = 1024;

  /** The key on one line. */
  public String line() {
    return comment.isEmpty() ? type + " " + body : type + " " + body + " " + comment;
  }

  /** The fingerprint as {@code ssh-keygen -l} prints it, for example {@code SHA256:abc...}. */
  public String fingerprint() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Base64.getDecoder().decode(body));
      return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads one line; options before the key are dropped.
   *
   * @throws IllegalArgumentException when it is no public key; the message says why and never
   *     repeats the line
   */
  public static SshKey parse(String line) {
    String text = line.strip();
    refuseOtherThings(text);
    String[] words = withoutOptions(text).split("\\s+", 3);
    if (words.length < 2) {
      throw new IllegalArgumentException("it is not 'TYPE BASE64 COMMENT' on one line");
    }
    String comment = words.length < 3 ? "" : words[2].replaceAll("\\p{Cntrl}", " ").strip();
    check(words[0], words[1]);
    return new SshKey(words[0], words[1], comment);
  }

  private static void refuseOtherThings(String text) {
    if (text.contains("PRIVATE KEY") || text.startsWith("PuTTY-User-Key-File")) {
      throw new IllegalArgumentException("it is a private key, which must never leave its owner");
    }
    if (text.startsWith("---- BEGIN SSH2 PUBLIC KEY")) {
      throw new IllegalArgumentException(
          "it is in RFC 4716 form; 'ssh-keygen -i -f FILE' prints the usual one");
    }
  }

  private static String withoutOptions(String text) {
    String first = text.split("\\s+", 2)[0];
    if (FIELDS.containsKey(first) || isKnownForm(first)) {
      return text;
    }
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && quoted) {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (Character.isWhitespace(c) && !quoted) {
        return text.substring(i).strip();
      }
    }
    return text;
  }

  private static boolean isKnownForm(String type) {
    return type.equals("ssh-dss") || type.contains("-cert-v01@");
  }

  private static void check(String type, String body) {
    if (type.contains("-cert-v01@")) {
      throw new IllegalArgumentException("it is a certificate, not a key");
    }
    Integer wanted = FIELDS.get(type);
    if (wanted == null) {
      throw new IllegalArgumentException(
          type.equals("ssh-dss")
              ? "keys of type 'ssh-dss' are refused by every current sshd"
              : "its first word is no key type such as ssh-ed25519");
    }
    List<byte[]> fields = fields(body);
    if (fields.isEmpty()
        || !new String(fields.getFirst(), StandardCharsets.US_ASCII).equals(type)) {
      throw new IllegalArgumentException("its body is not that of a '" + type + "' key");
    }
    if (fields.size() != wanted) {
      throw new IllegalArgumentException("its body is damaged");
    }
    if (type.contains("ed25519") && fields.get(1).length != 32) {
      throw new IllegalArgumentException("its body is damaged: an Ed25519 key has 32 bytes");
    }
    if (type.equals("ssh-rsa") && bits(fields.get(2)) < SHORTEST_RSA_BITS) {
      throw new IllegalArgumentException(
          "it is an RSA key of " + bits(fields.get(2)) + " bits; sshd wants " + SHORTEST_RSA_BITS);
    }
  }

  private static int bits(byte[] number) {
    return new BigInteger(1, number).bitLength();
  }

  private static List<byte[]> fields(String body) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(body);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("its body is not base 64; is it cut in the middle?", e);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    List<byte[]> fields = new ArrayList<>();
    while (in.hasRemaining()) {
      int length = in.remaining() < 4 ? -1 : in.getInt();
      if (length < 0 || length > in.remaining()) {
        throw new IllegalArgumentException("its body is damaged; is it cut in the middle?");
      }
      byte[] field = new byte[length];
      in.get(field);
      fields.add(field);
    }
    return fields;
  }
}
