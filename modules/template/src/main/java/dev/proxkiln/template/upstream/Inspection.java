package dev.proxkiln.template.upstream;

import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.port.Publishers;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.template.catalogue.Download;
import dev.proxkiln.template.upstream.Finding.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.MatchResult;

/** Asks everything about one download. */
final class Inspection {
  private final Download download;
  private final Set<String> keys;
  private final Publishers publishers;
  private final Manners manners;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * An inspection.
   *
   * @param keys fingerprints of the keys at hand
   */
  Inspection(Download download, Set<String> keys, Publishers publishers, Manners manners) {
    this.download = download;
    this.keys = keys;
    this.publishers = publishers;
    this.manners = manners;
  }

  /** Everything that was found out, in the order of the questions. */
  List<Finding> run() {
    address();
    statement();
    datedBuild();
    newest();
    return findings;
  }

  private void found(String about, Weight weight, String text) {
    findings.add(new Finding(about, weight, text));
  }

  /** Asks, and reports why there was no answer. */
  private <T> Optional<T> ask(String about, Weight weight, String url, Supplier<T> question) {
    try {
      return Optional.of(manners.ask(url, question));
    } catch (ProblemException e) {
      found(about, weight, said(e.first()));
      return Optional.empty();
    }
  }

  private static String said(Problem problem) {
    String what = problem.what().replaceFirst("\\.$", "");
    String why = problem.why().replaceFirst("\\.$", "");
    return why.isEmpty() ? what : what + ": " + why;
  }

  private void address() {
    String url = download.url();
    ask("address", Weight.BROKEN, url, () -> publishers.there(url, download.insecure()))
        .ifPresent(
            there -> {
              if (!there.moved().equals(url)) {
                found("address", Weight.STALE, "it has moved for good to " + there.moved());
              } else if (!download.confirmed()) {
                found("address", Weight.NOTE, "there, which the catalogue only supposes");
              } else {
                found("address", Weight.FINE, "there");
              }
            });
  }

  /** The checksum file, its signature, and whether the dated build is still the newest. */
  private void statement() {
    Optional<Download.Checksum> checksum = download.checksum();
    if (checksum.isEmpty()) {
      if (download.pinned().isEmpty()) {
        found("checksum", Weight.NOTE, "none is known");
      }
      return;
    }
    Fetch fetch = download.fetch(false, keys);
    boolean isSigned =
        fetch.trust() instanceof Fetch.Published published && published.signature().isPresent();
    String about = isSigned ? "signature" : "checksum";
    ask(about, Weight.BROKEN, checksum.get().url(), () -> publishers.stated(fetch))
        .ifPresent(
            stated -> {
              found(about, Weight.FINE, stated.verified());
              download
                  .signature()
                  .filter(s -> !isSigned && s.over().equals("checksum"))
                  .ifPresent(
                      s ->
                          found(
                              "signature",
                              Weight.NOTE,
                              "the key " + s.fingerprint() + " is not at hand"));
              download
                  .pinned()
                  .map(build -> build.algorithm() + ":" + build.digest())
                  .filter(digest -> sameAlgorithm(digest, stated.digest()))
                  .filter(digest -> !digest.equals(stated.digest()))
                  .ifPresent(
                      digest ->
                          found(
                              "dated-build",
                              Weight.NOTE,
                              "the moving address has a newer build, " + stated.digest()));
            });
  }

  private static boolean sameAlgorithm(String one, String other) {
    return one.substring(0, one.indexOf(':')).equals(other.substring(0, other.indexOf(':')));
  }

  private void datedBuild() {
    download
        .pinned()
        .map(Download.Pinned::url)
        .filter(url -> !url.equals(download.url()))
        .ifPresent(
            url -> {
              Weight weight = download.checksum().isEmpty() ? Weight.BROKEN : Weight.STALE;
              ask("dated-build", weight, url, () -> publishers.there(url, download.insecure()))
                  .ifPresent(there -> found("dated-build", Weight.FINE, "there"));
            });
  }

  private void newest() {
    download
        .newest()
        .ifPresent(
            newest ->
                ask(
                        "newest",
                        Weight.STALE,
                        newest.listing(),
                        () -> publishers.read(newest.listing(), download.insecure()))
                    .ifPresent(listing -> newest(newest, listing)));
  }

  private void newest(Download.Newest newest, String listing) {
    Optional<String> greatest =
        newest
            .pattern()
            .matcher(listing)
            .results()
            .map(MatchResult::group)
            .max(NaturalOrder.INSTANCE);
    if (greatest.isEmpty()) {
      found("newest", Weight.STALE, newest.listing() + " names nothing like " + newest.pattern());
      return;
    }
    boolean isDated = newest.pattern().matcher(download.url()).find();
    String known =
        isDated ? download.url() : download.pinned().map(Download.Pinned::url).orElse("");
    newest
        .pattern()
        .matcher(known)
        .results()
        .map(MatchResult::group)
        .max(NaturalOrder.INSTANCE)
        .ifPresent(
            ours -> {
              boolean isNewer = NaturalOrder.INSTANCE.compare(greatest.get(), ours) > 0;
              found(
                  "newest",
                  isNewer ? isDated ? Weight.STALE : Weight.NOTE : Weight.FINE,
                  isNewer
                      ? greatest.get() + " is out; the catalogue has " + ours
                      : ours + " is the newest");
            });
  }
}
