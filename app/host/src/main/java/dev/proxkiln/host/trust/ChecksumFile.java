package dev.proxkiln.host.trust;

import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A publisher's checksum file, whatever its form: GNU lines ({@code HASH file}, {@code HASH *file},
 * one blank), BSD lines ({@code SHA256 (file) = HASH}), sections under {@code # SHA512 HASH}
 * comments, or a lone digest.
 */
public final class ChecksumFile {
  private static final Pattern GNU =
      Pattern.compile("\\\\?([0-9a-fA-F]{32,128})(?: [ *]|\\s+)(\\S.*)");
  private static final Pattern BSD =
      Pattern.compile("([A-Za-z0-9/-]+)\\s*\\((.+)\\)\\s*=\\s*([0-9a-fA-F]{32,128})");
  private static final Pattern SECTION = Pattern.compile("#\\s*([A-Za-z0-9-]+) HASH\\b.*");
  private static final Pattern LONE = Pattern.compile("[0-9a-fA-F]{32,128}");
  private static final int MOST_NAMED = 3;

  private final String where;
  private final List<Line> lines;

  /**
   * One digest.
   *
   * @param algorithm the algorithm where the file says it, else empty
   * @param file name as written; empty for a lone digest
   */
  private record Line(String algorithm, String file, String digest) {
    private boolean isOf(String wanted) {
      return digest.length() == digits(wanted)
          && (algorithm.isEmpty() || plain(algorithm).equals(plain(wanted)));
    }
  }

  private ChecksumFile(String where, List<Line> lines) {
    this.where = where;
    this.lines = lines;
  }

  /**
   * Reads the text of a checksum file.
   *
   * @param where its address, for problems
   * @throws ProblemException {@code checksum-unreadable} when there is no digest in it
   */
  public static ChecksumFile read(String text, String where) {
    List<Line> lines = new ArrayList<>();
    String section = "";
    for (String raw : text.lines().toList()) {
      String line = raw.strip();
      Matcher heading = SECTION.matcher(line);
      if (heading.matches()) {
        section = heading.group(1);
      } else {
        line(line, section).ifPresent(lines::add);
      }
    }
    if (lines.isEmpty()) {
      throw unreadable(where, text);
    }
    return new ChecksumFile(where, lines);
  }

  private static Optional<Line> line(String line, String section) {
    Matcher bsd = BSD.matcher(line);
    if (bsd.matches()) {
      return Optional.of(new Line(bsd.group(1), bsd.group(2), lower(bsd.group(3))));
    }
    Matcher gnu = GNU.matcher(line);
    if (gnu.matches()) {
      return Optional.of(new Line(section, gnu.group(2), lower(gnu.group(1))));
    }
    return LONE.matcher(line).matches()
        ? Optional.of(new Line(section, "", lower(line)))
        : Optional.empty();
  }

  /**
   * The digest of a file.
   *
   * @param algorithm {@code sha256} or {@code sha512}
   * @param file name of the file; a path in the checksum file may stand before it
   * @return lower-case hex
   * @throws ProblemException {@code checksum-missing} when the file is not named, {@code
   *     checksum-unreadable} when two lines disagree
   */
  public String digest(String algorithm, String file) {
    List<Line> exact = lines.stream().filter(l -> l.file.equals(file)).toList();
    List<Line> named =
        exact.isEmpty() ? lines.stream().filter(l -> l.file.endsWith("/" + file)).toList() : exact;
    List<String> digests = digests(named, algorithm);
    if (digests.size() > 1) {
      throw HostSlug.CHECKSUM_UNREADABLE
          .problem(
              where,
              "the checksum file has " + digests.size() + " different digests for '" + file + "'",
              "",
              "ask the publisher, or pin the digest")
          .raise();
    }
    if (digests.isEmpty()) {
      throw missing(algorithm, file, !named.isEmpty());
    }
    return digests.getFirst();
  }

  /**
   * The digest of a file that holds only one: nothing but the digest, or the digest and this name.
   *
   * @param algorithm {@code sha256} or {@code sha512}
   * @param file the name that may stand beside the digest
   * @return lower-case hex
   * @throws ProblemException {@code checksum-missing}, {@code checksum-unreadable}
   */
  public String loneDigest(String algorithm, String file) {
    List<String> lone = digests(lines.stream().filter(l -> l.file.isEmpty()).toList(), algorithm);
    return lone.size() == 1 && lines.size() == 1 ? lone.getFirst() : digest(algorithm, file);
  }

  /** Whether there is a digest of this algorithm for a file, or without any name. */
  public boolean knows(String algorithm, String file) {
    return lines.stream()
        .anyMatch(
            l ->
                l.isOf(algorithm)
                    && (l.file.isEmpty() || l.file.equals(file) || l.file.endsWith("/" + file)));
  }

  /**
   * The only digest of a file that belongs to one image by its address, whatever name stands in it.
   *
   * @param algorithm {@code sha256} or {@code sha512}
   * @return lower-case hex
   * @throws ProblemException {@code checksum-unreadable} when there is not exactly one
   */
  public String onlyDigest(String algorithm) {
    List<String> digests = digests(lines, algorithm);
    if (digests.size() != 1) {
      throw HostSlug.CHECKSUM_UNREADABLE
          .problem(
              where,
              "the checksum file has " + digests.size() + " " + algorithm + " digests, not one",
              "",
              "check the address of the checksum file")
          .raise();
    }
    return digests.getFirst();
  }

  private static List<String> digests(List<Line> lines, String algorithm) {
    return lines.stream().filter(l -> l.isOf(algorithm)).map(Line::digest).distinct().toList();
  }

  private ProblemException missing(String algorithm, String file, boolean isNamed) {
    Stream<String> names =
        lines.stream().map(Line::file).filter(name -> !name.isEmpty()).distinct();
    String others = String.join("', '", names.limit(MOST_NAMED).toList());
    return HostSlug.CHECKSUM_MISSING
        .problem(
            where,
            "the checksum file has no " + algorithm + " digest for '" + file + "'",
            isNamed
                ? "the file is named with another algorithm"
                : others.isEmpty() ? "it names no files" : "it names '" + others + "' and so on",
            "check the name of the image; the publisher may have moved to a newer one")
        .raise();
  }

  private static ProblemException unreadable(String where, String text) {
    String start = text.lines().map(String::strip).filter(l -> !l.isEmpty()).findFirst().orElse("");
    return HostSlug.CHECKSUM_UNREADABLE
        .problem(
            where,
            "there is no digest in the checksum file",
            start.isEmpty()
                ? "it is empty"
                : "it starts with '" + start.substring(0, Math.min(60, start.length())) + "'",
            "check the address of the checksum file")
        .raise();
  }

  private static int digits(String algorithm) {
    return switch (plain(algorithm)) {
      case "sha512" -> 128;
      case "sha384" -> 96;
      case "sha256" -> 64;
      case "sha1" -> 40;
      default -> 32;
    };
  }

  /** SHA-256, SHA2-256 and SHA256 are the same. */
  private static String plain(String algorithm) {
    return lower(algorithm).replace("sha2-", "sha").replace("-", "");
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
