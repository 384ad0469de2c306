package dev.proxkiln.sandbox.guest;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A guest's configuration: {@code key: value} lines, the description as comment lines on top
 * (source: qemu-server QemuServer.pm, parse_vm_config and write_vm_config).
 */
public final class GuestConfig {
  private static final Pattern LINE = Pattern.compile("([a-z][a-z_\\-]*\\d*):\\s*(.+?)\\s*");

  private final SortedMap<String, String> values = new TreeMap<>();
  private @Nullable String description;

  /** Reads a file's text. */
  static GuestConfig parse(String text) {
    GuestConfig config = new GuestConfig();
    List<String> comments = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      Matcher matcher = LINE.matcher(line);
      if (line.startsWith("#")) {
        comments.add(decode(line.substring(1)));
      } else if (matcher.matches()) {
        config.values.put(matcher.group(1), matcher.group(2));
      }
    }
    if (!comments.isEmpty()) {
      config.description = String.join("\n", comments).stripTrailing();
    }
    return config;
  }

  /** The file's text. */
  String print() {
    StringBuilder text = new StringBuilder();
    String comment = description;
    if (comment != null && !comment.isEmpty()) {
      for (String line : comment.split("\n", -1)) {
        text.append('#').append(encode(line)).append('\n');
      }
    }
    values.forEach((key, value) -> text.append(key).append(": ").append(value).append('\n'));
    return text.toString();
  }

  /** SHA-1 of a file's text: the digest that guards against concurrent changes. */
  static String digest(String text) {
    try {
      byte[] sha1 =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha1);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("no SHA-1 in this Java", e);
    }
  }

  /** A value, the description included. */
  public Optional<String> get(String key) {
    return Optional.ofNullable(key.equals("description") ? description : values.get(key));
  }

  /** A value or another. */
  public String get(String key, String otherwise) {
    return get(key).orElse(otherwise);
  }

  /** Sets a value. */
  void set(String key, String value) {
    if (key.equals("description")) {
      description = value;
    } else {
      values.put(key, value);
    }
  }

  /** Removes a value. */
  void remove(String key) {
    if (key.equals("description")) {
      description = null;
    } else {
      values.remove(key);
    }
  }

  /** Keys and values, without the description. */
  public SortedMap<String, String> values() {
    return new TreeMap<>(values);
  }

  /** Whether this is a template. */
  public boolean isTemplate() {
    return get("template", "0").equals("1");
  }

  /** Another configuration with the same content. */
  GuestConfig copy() {
    GuestConfig other = new GuestConfig();
    other.values.putAll(values);
    other.description = description;
    return other;
  }

  /** Control and high characters, colon and percent sign as %XX of their UTF-8. */
  private static String encode(String line) {
    StringBuilder text = new StringBuilder();
    for (byte b : line.getBytes(StandardCharsets.UTF_8)) {
      int c = b & 0xFF;
      if (c < 0x20 || c > 0x7E || c == '%' || c == ':') {
        text.append(String.format(Locale.ROOT, "%%%02X", c));
      } else {
        text.append((char) c);
      }
    }
    return text.toString();
  }

  private static String decode(String line) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] in = line.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < in.length; i++) {
      String hex = i + 2 < in.length ? "" + (char) in[i + 1] + (char) in[i + 2] : "";
      if (in[i] == '%' && hex.matches("[0-9a-fA-F]{2}")) {
        bytes.write(Integer.parseInt(hex, 16));
        i += 2;
      } else {
        bytes.write(in[i]);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
