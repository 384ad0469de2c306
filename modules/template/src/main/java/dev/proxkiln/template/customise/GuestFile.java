package dev.proxkiln.template.customise;

import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file that the guest gets, owned by root.
 *
 * @param path absolute, inside the guest, without {@code .} and {@code ..}
 * @param mode permission bits, for example 0644
 * @param base64 the content
 */
public record GuestFile(String path, int mode, String base64) {

  /** Largest content in bytes; cloud-init's vendor data has no room for more. */
  public static final int MOST = 1 << 20;

  private static final Pattern TEXT =
      Pattern.compile(
          "(?<path>/[^:\\p{Cntrl}]+):(?<mode>0[0-7]{3}):base64:(?<content>[A-Za-z0-9+/]*={0,2})");

  public GuestFile {
    if (!isPath(path)) {
      throw new IllegalArgumentException("not a path of a guest: " + path);
    }
  }

  /** Whether a text is an absolute path that names one file and leaves no folder. */
  public static boolean isPath(String path) {
    return path.startsWith("/")
        && !path.endsWith("/")
        && path.chars().noneMatch(c -> c < ' ' || c == 0x7f)
        && java.util.Arrays.stream(path.substring(1).split("/", -1))
            .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
  }

  /** The content itself. */
  public byte[] content() {
    return Base64.getDecoder().decode(base64);
  }

  /** {@code PATH:MODE:base64:CONTENT}, which {@link #parse} reads. */
  public String print() {
    return path + ":" + String.format("%04o", mode) + ":base64:" + base64;
  }

  /**
   * Reads {@link #print()} back.
   *
   * @throws IllegalArgumentException when it is not one
   */
  public static GuestFile parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a guest file");
    }
    String base64 = matcher.group("content");
    // Throws for what only looks like base64.
    Base64.getDecoder().decode(base64);
    return new GuestFile(matcher.group("path"), Integer.parseInt(matcher.group("mode"), 8), base64);
  }
}
