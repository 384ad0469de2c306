package dev.proxkiln.template.ignition;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * Text as a data URL (RFC 2397), in the shorter of two forms: percent-encoded, or gzip in base 64.
 *
 * @param compression what Ignition has to undo, empty for none
 */
record InlineText(String text, Optional<String> compression) {
  private static final String PLAIN =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~!*'();:@&=+$,/?";

  static InlineText of(String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    StringBuilder plain = new StringBuilder("data:,");
    for (byte one : bytes) {
      char letter = (char) (one & 0xff);
      if (PLAIN.indexOf(letter) >= 0) {
        plain.append(letter);
      } else {
        plain.append(String.format("%%%02X", one & 0xff));
      }
    }
    String packed = "data:;base64," + Base64.getEncoder().encodeToString(gzip(bytes));
    return packed.length() < plain.length()
        ? new InlineText(packed, Optional.of("gzip"))
        : new InlineText(plain.toString(), Optional.empty());
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
