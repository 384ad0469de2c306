package dev.proxkiln.template.install;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.catalogue.Image;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Subject;
import dev.proxkiln.template.problem.TemplateSlug;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How an ISO gets here, and what vouches for it.
 *
 * @param iso the setting that names it
 * @param digest what the user says that it must have
 */
record IsoFetch(
    Supplier<Catalogue> catalogue, Reading reading, Field<Iso> iso, Optional<String> digest) {

  /**
   * The download; empty for a volume of the node, and where nothing vouches for it.
   *
   * @param entry of the catalogue, if it is one
   */
  Optional<Fetch> of(Iso where, Optional<Image> entry, List<Problem> problems) {
    return switch (where) {
      case Iso.Volume _ -> Optional.empty();
      case Iso.Entry _ ->
          entry
              .flatMap(
                  image ->
                      image.downloads().stream()
                          .filter(d -> d.arch().equals(Subject.ARCH))
                          .findFirst())
              .flatMap(
                  download -> {
                    Optional<Fetch.Trust> own = digest.map(IsoFetch::trust);
                    if (own.isEmpty() && !download.verifiable()) {
                      problems.add(unverified(download.url()));
                      return Optional.empty();
                    }
                    Fetch known =
                        own.map(trust -> plain(download.url(), trust))
                            .orElseGet(() -> download.fetch(false, catalogue.get().keys()));
                    // To the checks of disk images an ISO is a raw disk.
                    return Optional.of(plain(known.url(), known.trust()));
                  });
      case Iso.Address(URI uri) -> {
        Optional<Fetch.Trust> trust = digest.map(IsoFetch::trust);
        if (trust.isEmpty()) {
          problems.add(unverified(uri.toString()));
        }
        yield trust.map(t -> plain(uri.toString(), t));
      }
      case Iso.Here(String path) ->
          Optional.of(
              plain(
                  Path.of(path).toUri().toString(),
                  digest.map(IsoFetch::trust).orElse(new Fetch.Unverified())));
    };
  }

  private Problem unverified(String address) {
    return TemplateSlug.ISO_UNUSABLE.problem(
        reading.where(iso),
        "Nothing says what must be in '" + address + "'.",
        "An ISO that somebody changed on its way would install what they like.",
        "Give its digest with --iso-digest sha256:HEX.");
  }

  private static Fetch plain(String url, Fetch.Trust trust) {
    return new Fetch(url, trust, "none", Optional.empty(), "raw", false);
  }

  private static Fetch.Trust trust(String given) {
    int colon = given.indexOf(':');
    return new Fetch.Pinned(
        given.substring(0, colon), given.substring(colon + 1).toLowerCase(Locale.ROOT));
  }
}
