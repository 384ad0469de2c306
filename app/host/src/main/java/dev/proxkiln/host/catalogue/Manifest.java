package dev.proxkiln.host.catalogue;

import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a published catalogue consists of, as its publisher signed it. Lines of text:
 *
 * <pre>
 * proxkiln-catalogue 1
 * version 2026112101
 * expires 2027-05-21
 * file SHA256 images/debian.yaml
 * </pre>
 *
 * @param version grows with every publication
 * @param expires last day on which it may be installed: an old copy must not be passed off as new
 * @param files name to SHA-256, lower-case hex
 */
record Manifest(long version, LocalDate expires, SequencedMap<String, String> files) {

  /** The only form of manifest there is so far. */
  static final String HEAD = "proxkiln-catalogue 1";

  private static final int MOST_FILES = 2000;
  private static final Pattern VERSION = Pattern.compile("version ([1-9][0-9]{0,17})");
  private static final Pattern EXPIRES = Pattern.compile("expires ([0-9]{4}-[0-9]{2}-[0-9]{2})");
  // A name is one step below a known folder, so nothing is written anywhere else.
  private static final Pattern FILE =
      Pattern.compile(
          "file ([0-9a-f]{64}) ((?:images/[a-z0-9][a-z0-9._-]{0,79}\\.(?:yaml|tsv))"
              + "|(?:keys/[0-9A-F]{40,64}\\.asc))");

  /**
   * Reads a manifest.
   *
   * @param where its address, for problems
   * @throws ProblemException {@code catalogue-update-refused} when it is none, or one of a later
   *     form
   */
  static Manifest read(String text, String where) {
    String[] lines = text.strip().split("\r?\n", -1);
    if (!lines[0].equals(HEAD)) {
      throw refused(
          where,
          lines[0].startsWith("proxkiln-catalogue ")
              ? "it is of a form that this proxkiln does not know, '" + lines[0] + "'"
              : "it does not begin with '" + HEAD + "'",
          lines[0].startsWith("proxkiln-catalogue ") ? "Upgrade proxkiln." : "Check the address.");
    }
    long version = 0;
    LocalDate expires = LocalDate.MIN;
    SequencedMap<String, String> files = new LinkedHashMap<>();
    for (int i = 1; i < lines.length; i++) {
      Matcher number = VERSION.matcher(lines[i]);
      Matcher date = EXPIRES.matcher(lines[i]);
      Matcher file = FILE.matcher(lines[i]);
      if (number.matches() && version == 0) {
        version = Long.parseLong(number.group(1));
      } else if (date.matches() && expires.equals(LocalDate.MIN)) {
        expires = date(date.group(1), where);
      } else if (!file.matches()
          || files.putIfAbsent(file.group(2), file.group(1)) != null
          || files.size() > MOST_FILES) {
        throw refused(where, "its line " + (i + 1) + " is wrong: '" + lines[i] + "'", "");
      }
    }
    if (version == 0 || expires.equals(LocalDate.MIN) || files.isEmpty()) {
      throw refused(where, "it lacks its version, its last day or its files", "");
    }
    return new Manifest(version, expires, files);
  }

  private static LocalDate date(String text, String where) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException e) {
      throw refused(where, "'" + text + "' is no date", "");
    }
  }

  /** The signed text of this manifest. */
  String text() {
    StringBuilder out = new StringBuilder(HEAD + "\n");
    out.append("version ").append(version).append('\n');
    out.append("expires ").append(expires).append('\n');
    for (Map.Entry<String, String> file : files.entrySet()) {
      out.append("file ").append(file.getValue()).append(' ').append(file.getKey()).append('\n');
    }
    return out.toString();
  }

  static ProblemException refused(String where, String why, String next) {
    return HostSlug.CATALOGUE_UPDATE_REFUSED
        .problem(
            where,
            "The catalogue at '" + where + "' is not taken.",
            "" + Character.toUpperCase(why.charAt(0)) + why.substring(1) + ".",
            next.isEmpty() ? "Tell its publisher; the catalogue at hand stays." : next)
        .raise();
  }
}
