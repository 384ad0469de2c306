package dev.proxkiln.template.rotation;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.template.existing.Copies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looks which versions of a series may go: what is in use or protected stays. */
public final class Pruning {
  private final Facts facts;
  private final Dependents dependents;

  /** Looks through a session. */
  public Pruning(PvePort pve, Facts facts) {
    this.facts = facts;
    this.dependents = new Dependents(pve, facts);
  }

  /**
   * What was found.
   *
   * @param gone the versions that may go, the newest first
   * @param kept those that would, with the reason why they stay
   */
  public record Found(List<Series.Version> gone, Map<Series.Version, String> kept) {
    public Found {
      gone = List.copyOf(gone);
    }
  }

  /**
   * Looks at versions that had the name once. What never had it was kept from a run that failed, to
   * be looked at: that run takes it back.
   *
   * @param keep how many versions stay, the current one among them
   * @param more whether there will be a version more, which the current one makes way for
   * @param released nodes whose copies will have given up the name by then
   */
  public Found look(Series series, long keep, boolean more, Set<String> released) {
    List<Series.Version> line = new ArrayList<>();
    if (more) {
      series.current().ifPresent(line::add);
    }
    series.versions().stream().filter(v -> v.superseded() && !v.current()).forEach(line::add);
    List<Series.Version> gone = new ArrayList<>();
    Map<Series.Version, String> kept = new LinkedHashMap<>();
    for (Series.Version version : line.stream().skip(keep - 1).toList()) {
      String why = why(series, version, more, released);
      if (why.isEmpty()) {
        gone.add(version);
      } else {
        kept.put(version, why);
      }
    }
    return new Found(gone, kept);
  }

  /** Why a version stays; empty when it may go. */
  private String why(Series series, Series.Version version, boolean more, Set<String> released) {
    if (!more && isNewer(series, version)) {
      return "rolled back from, and made anew if it were gone";
    }
    List<GuestFacts> copies = Copies.of(version.guest(), facts);
    Dependents.Hold hold = dependents.of(series, version);
    for (GuestFacts copy : copies) {
      hold = hold.and(dependents.of(series, new Series.Version(copy, version.version())));
    }
    if (!hold.text().isEmpty()) {
      return hold.text();
    }
    return copies.stream()
        .filter(copy -> copy.name().equals(series.name()))
        .filter(copy -> !released.contains(copy.node()))
        .findFirst()
        .map(copy -> "copy " + copy.vmid() + " on " + copy.node() + " has the name")
        .orElse("");
  }

  /** Whether a version is newer than the current one; the newest stands first. */
  private static boolean isNewer(Series series, Series.Version version) {
    return series
        .current()
        .filter(now -> series.versions().indexOf(version) < series.versions().indexOf(now))
        .isPresent();
  }

  /** Versions with their copies, which go first: whatever stops it, none is left uncounted. */
  public List<Series.Version> withCopies(List<Series.Version> old) {
    List<Series.Version> all = new ArrayList<>();
    for (Series.Version version : old) {
      Copies.of(version.guest(), facts)
          .forEach(copy -> all.add(new Series.Version(copy, version.version())));
      all.add(version);
    }
    return all;
  }
}
