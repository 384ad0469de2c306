package dev.proxkiln.sandbox.guest;

import dev.proxkiln.sandbox.refusal.Refusal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The percent-encoded public keys of a guest (source: pve-common Tools.pm). */
final class SshKeys {
  private static final Pattern KEY =
      Pattern.compile(
          "(?:.*\\s)?((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+)\\s+([A-Za-z0-9+/]+=*)(?:\\s.*)?");

  private SshKeys() {}

  /** The keys, one per line of the decoded text; blank lines are left out. */
  static List<String> decode(String encoded) {
    List<String> keys = new ArrayList<>();
    for (String line : percentDecode(encoded).split("\n", -1)) {
      if (!line.isBlank()) {
        keys.add(line.stripTrailing());
      }
    }
    return keys;
  }

  /** Refuses text that has a line which is no public key. */
  static void check(String encoded) {
    for (String key : decode(encoded)) {
      Matcher matcher = KEY.matcher(key);
      if (!matcher.matches() || !typeInside(matcher.group(2)).equals(matcher.group(1))) {
        throw Refusal.failed("SSH public key validation error");
      }
    }
  }

  /** The key type that the key itself starts with. */
  private static String typeInside(String base64) {
    try {
      ByteBuffer key = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
      int length = key.getInt();
      if (length < 1 || length > 64 || length >= key.remaining()) {
        return "";
      }
      byte[] type = new byte[length];
      key.get(type);
      return new String(type, StandardCharsets.US_ASCII);
    } catch (IllegalArgumentException | java.nio.BufferUnderflowException e) {
      return "";
    }
  }

  private static String percentDecode(String text) {
    StringBuilder plus = new StringBuilder();
    for (char c : text.toCharArray()) {
      plus.append(c == '+' ? "%2B" : String.valueOf(c));
    }
    return java.net.URLDecoder.decode(plus.toString(), StandardCharsets.UTF_8);
  }
}
