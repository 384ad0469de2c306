package dev.proxkiln.template.rotation;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.template.existing.Copies;
import dev.proxkiln.template.problem.TemplateSlug;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The versions of one template in a cluster, read from tags alone.
 *
 * @param name the series' name, which is its definition's
 * @param versions the newest first
 */
public record Series(String name, List<Version> versions) {

  /** How a series may be called. */
  public static final Type<String> NAME =
      Type.text(
          "NAME",
          "[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?",
          "Use lower-case letters, digits and dashes, at most 40.");

  /** Tag of every version, with the series' name behind it; clones inherit it. */
  public static final String SERIES = "series-";

  /** Tag of every version, with the version behind it; clones inherit it. */
  static final String VERSION = "version-";

  /** Tag of the version that has the name. */
  static final String CURRENT = "current";

  /** Tag of a version that had the name once. */
  static final String SUPERSEDED = "superseded";

  private static final Pattern NUMBERED = Pattern.compile("(\\d{8})(?:-(\\d{1,4}))?");

  /** A date with the highest number of that day first. */
  private static final Comparator<Version> NEWEST =
      Comparator.comparing(Version::date)
          .thenComparing(Version::number)
          .thenComparing(version -> version.guest().vmid())
          .reversed();

  public Series {
    versions = List.copyOf(versions);
  }

  /**
   * A template of a series.
   *
   * @param guest the template
   * @param version date of its making, {@code YYYYMMDD}, and {@code -2} and so on for more on one
   *     day
   */
  public record Version(GuestFacts guest, String version) {

    boolean current() {
      return guest.tags().contains(CURRENT);
    }

    boolean superseded() {
      return guest.tags().contains(SUPERSEDED);
    }

    private String date() {
      Matcher matcher = NUMBERED.matcher(version);
      return matcher.matches() ? matcher.group(1) : "";
    }

    private int number() {
      Matcher matcher = NUMBERED.matcher(version);
      return matcher.matches() && matcher.group(2) != null ? Integer.parseInt(matcher.group(2)) : 1;
    }
  }

  /** The series with a name; it has no versions where nothing was made yet. */
  public static Series of(Facts facts, String name) {
    return new Series(
        name,
        facts.guests().stream()
            .filter(g -> g.type().equals("qemu") && g.template())
            .filter(g -> g.tags().contains(SERIES + name) && !Copies.isCopy(g))
            .map(g -> new Version(g, version(g)))
            .sorted(NEWEST)
            .toList());
  }

  /** The names of all series that have a version, sorted. */
  public static List<String> names(Facts facts) {
    return facts.guests().stream()
        .filter(GuestFacts::template)
        .flatMap(g -> g.tags().stream())
        .filter(tag -> tag.startsWith(SERIES))
        .map(tag -> tag.substring(SERIES.length()))
        .distinct()
        .sorted()
        .toList();
  }

  /** The version that a guest or its clone is of; empty text where none is known. */
  static String version(GuestFacts guest) {
    return guest.tags().stream()
        .filter(tag -> tag.startsWith(VERSION))
        .map(tag -> tag.substring(VERSION.length()))
        .findFirst()
        .orElse("");
  }

  /** The version that has the name. */
  public Optional<Version> current() {
    return versions.stream().filter(Version::current).findFirst();
  }

  /** The name of a version that is not the current one. */
  public String dated(String version) {
    return name + "-" + version;
  }

  /**
   * A version for today that is newer than all that there are, and that no guest is of: a clone
   * tells by its tags which version it is of, also when that is gone.
   */
  public String next(LocalDate today, Facts facts) {
    List<Version> known =
        facts.guests().stream()
            .filter(g -> g.tags().contains(SERIES + name))
            .map(g -> new Version(g, version(g)))
            .toList();
    String date =
        known.stream()
            .map(Version::date)
            .reduce(
                DateTimeFormatter.BASIC_ISO_DATE.format(today),
                (a, b) -> a.compareTo(b) >= 0 ? a : b);
    int last =
        known.stream().filter(v -> v.date().equals(date)).mapToInt(Version::number).max().orElse(0);
    for (int number = last + 1; ; number++) {
      String version = number == 1 ? date : date + "-" + number;
      if (facts.guests().stream().noneMatch(g -> g.name().equals(dated(version)))) {
        return version;
      }
    }
  }

  /** The tags of a version from the first. */
  public List<String> tags(String version) {
    return List.of(SERIES + name, VERSION + version);
  }

  /** Whether a tag belongs to a version of any series, and not to what is made of it. */
  public static boolean isOwn(String tag) {
    return tag.startsWith(SERIES)
        || tag.startsWith(VERSION)
        || List.of(CURRENT, SUPERSEDED, Copies.COPY).contains(tag);
  }

  /**
   * Demands that no template has the series' name and is none of it.
   *
   * @param where for the problem
   * @throws ProblemException {@code series-name-taken}
   */
  public void demandName(Facts facts, String where) {
    facts.guests().stream()
        .filter(g -> g.template() && g.name().equals(name))
        .filter(g -> !g.tags().contains(SERIES + name))
        .findFirst()
        .ifPresent(
            guest -> {
              throw TemplateSlug.SERIES_NAME_TAKEN
                  .problem(
                      where,
                      "Template '" + guest.vmid() + "' is called '" + name + "' already.",
                      "It is no version of '" + name + "', so the name is not ours to move.",
                      "Rename it (qm set "
                          + guest.vmid()
                          + " --name OTHER), or choose another name.")
                  .raise();
            });
  }
}
