package dev.proxkiln.host.release;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A channel's file: which version is its newest. Lines of text, signed as they are:
 *
 * <pre>
 * channel stable
 * version 1.4.0
 * released 2026-11-21T00:00:00Z
 * </pre>
 *
 * @param released when that was, as the file says it
 */
public record Channel(String name, ReleaseVersion version, String released) {

  /** Most bytes of such a file, and of a signature. */
  public static final int MOST = 64 << 10;

  /**
   * Asks a source for a channel.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code signature-invalid}, {@code
   *     release-invalid}, and those of a download
   */
  public static Channel read(ReleaseSource source, String name, ReleaseKeys keys) {
    String file = "channels/" + name;
    String where = source.where(file);
    byte[] content = source.read(file, MOST);
    keys.verify(content, source.read(file + ".sig", MOST), where);
    String text = new String(content, StandardCharsets.UTF_8);
    // The name is inside what is signed: one channel's file cannot stand for another's.
    if (!line(text, "channel").equals(Optional.of(name))) {
      throw ReleaseArchive.invalid(where, "It is another channel's file");
    }
    return new Channel(
        name,
        new ReleaseVersion(
            line(text, "version")
                .orElseThrow(() -> ReleaseArchive.invalid(where, "It names no version"))),
        line(text, "released").orElse(""));
  }

  private static Optional<String> line(String text, String key) {
    return text.lines()
        .filter(line -> line.startsWith(key + " "))
        .map(line -> line.substring(key.length() + 1))
        .findFirst();
  }
}
