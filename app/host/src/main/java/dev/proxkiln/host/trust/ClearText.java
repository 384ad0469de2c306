package dev.proxkiln.host.trust;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A clear-signed text (RFC 9580, section 7): the text, its form that was signed, and the signature.
 *
 * @param text what was signed, for reading; nothing outside the signed block is in it
 * @param signed the bytes that the signature covers: no trailing blanks, lines ended by CRLF
 * @param signature the armoured signature block
 */
record ClearText(String text, byte[] signed, String signature) {
  static final String START = "-----BEGIN PGP SIGNED MESSAGE-----";
  private static final String SIGNATURE = "-----BEGIN PGP SIGNATURE-----";
  private static final String END = "-----END PGP SIGNATURE-----";

  /** Takes a file apart; empty when it is not clear-signed as the standard says. */
  static Optional<ClearText> read(String file) {
    List<String> lines = file.lines().toList();
    int start = find(lines, START, 0);
    int signature = start < 0 ? -1 : find(lines, SIGNATURE, start);
    int end = signature < 0 ? -1 : find(lines, END, signature);
    if (end < 0) {
      return Optional.empty();
    }
    int body = start + 1;
    while (body < signature && !lines.get(body).isBlank()) {
      // Only Hash headers may stand here; others would be text that looks signed and is not.
      if (!lines.get(body).startsWith("Hash: ")) {
        return Optional.empty();
      }
      body++;
    }
    List<String> text = new ArrayList<>();
    for (String line : lines.subList(Math.min(body + 1, signature), signature)) {
      if (line.startsWith("-") && !line.startsWith("- ")) {
        return Optional.empty();
      }
      text.add((line.startsWith("- ") ? line.substring(2) : line).replaceAll("[ \t\r]+$", ""));
    }
    return Optional.of(
        new ClearText(
            String.join("\n", text) + "\n",
            String.join("\r\n", text).getBytes(StandardCharsets.UTF_8),
            String.join("\n", lines.subList(signature, end + 1)) + "\n"));
  }

  private static int find(List<String> lines, String wanted, int from) {
    for (int i = from; i < lines.size(); i++) {
      if (lines.get(i).stripTrailing().equals(wanted)) {
        return i;
      }
    }
    return -1;
  }
}
