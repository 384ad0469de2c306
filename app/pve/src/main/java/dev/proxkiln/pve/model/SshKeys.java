package dev.proxkiln.pve.model;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Public keys for the cloud-init user, {@code sshkeys}: the API wants the text percent-encoded,
 * with {@code %20} for a space (pve-common: format urlencoded), on top of what the transport does.
 *
 * @param lines one key per line, as in {@code authorized_keys}
 */
public record SshKeys(List<String> lines) {

  private static final String PLAIN = "-_.!~*'()";

  public SshKeys {
    lines = lines.stream().map(String::strip).filter(line -> !line.isEmpty()).toList();
    for (String line : lines) {
      if (line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0) {
        throw new IllegalArgumentException("a key is one line");
      }
    }
  }

  /** Reads the parameter back. */
  public static SshKeys parse(String encoded) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%' && i + 2 < encoded.length()) {
        bytes.write(Integer.parseInt(encoded.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    return new SshKeys(Arrays.asList(bytes.toString(StandardCharsets.UTF_8).split("\\R")));
  }

  /** The keys as {@code authorized_keys} holds them, each line ended. */
  public String plain() {
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }

  /** The parameter. */
  public String print() {
    StringBuilder out = new StringBuilder();
    for (byte b : plain().getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (letter || PLAIN.indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      }
    }
    return out.toString();
  }
}
