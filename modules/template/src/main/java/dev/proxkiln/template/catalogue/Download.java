package dev.proxkiln.template.catalogue;

import dev.proxkiln.core.plan.Fetch;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One file of an image.
 *
 * @param arch {@code amd64} or {@code arm64}
 * @param firmware what it boots with
 * @param url the publisher's moving address
 * @param checksum where its digest is published, empty where only the pinned digest is known
 * @param signature who signs what, empty where nothing is signed or the key is not known
 * @param pinned one dated build with its digest, for builds that must be the same tomorrow
 * @param newest where newer builds show up, empty where nobody lists them
 * @param compression as in {@link Fetch}
 * @param member pattern of the file inside an archive
 * @param format {@code qcow2}, {@code raw}, {@code vmdk} or {@code iso}
 * @param insecure whether plain http is allowed
 * @param confirmed whether the address was seen in use, rather than follow a pattern
 */
public record Download(
    String arch,
    Set<Firmware> firmware,
    String url,
    Optional<Checksum> checksum,
    Optional<Signature> signature,
    Optional<Pinned> pinned,
    Optional<Newest> newest,
    String compression,
    Optional<String> member,
    String format,
    boolean insecure,
    boolean confirmed) {

  /**
   * A published checksum file.
   *
   * @param form {@code gnu}, {@code bsd}, {@code single}, {@code lone} or {@code clearsigned}
   * @param algorithm {@code sha256} or {@code sha512}
   * @param file the name of the image in it
   */
  public record Checksum(String url, String form, String algorithm, String file) {}

  /**
   * A signature.
   *
   * @param over {@code checksum} for the checksum file, {@code image} for the image itself
   * @param url address of the detached signature; empty when the checksum file is clear-signed
   * @param fingerprint of the OpenPGP key, upper-case hex
   */
  public record Signature(String over, Optional<String> url, String fingerprint) {}

  /** One dated build. */
  public record Pinned(String url, String algorithm, String digest) {}

  /**
   * Where newer builds show up.
   *
   * @param listing address of a folder's listing, an index or a web page
   * @param pattern what the names of builds in it look like; the greatest is the newest
   */
  public record Newest(String listing, Pattern pattern) {}

  public Download {
    firmware = Set.copyOf(firmware);
  }

  /** Whether anything says what its bytes must be; else a person has to give a digest. */
  public boolean verifiable() {
    return checksum.isPresent() || pinned.isPresent();
  }

  /**
   * What to fetch and how to trust it. A signature is asked for only where its key is at hand.
   *
   * @param dated take the pinned build in place of the moving address, where there is one
   * @param keys fingerprints of the keys at hand
   * @throws dev.proxkiln.core.problem.ProblemException {@code image-not-usable} when it is not
   *     {@link #verifiable()}
   */
  public Fetch fetch(boolean dated, Set<String> keys) {
    if (pinned.isPresent() && (dated || checksum.isEmpty())) {
      Pinned build = pinned.get();
      return new Fetch(
          build.url,
          new Fetch.Pinned(build.algorithm, build.digest),
          compression,
          member,
          format,
          insecure);
    }
    Checksum published = checksum.orElseThrow(() -> Usable.unverified("ID", url).raise());
    return new Fetch(
        url,
        new Fetch.Published(
            published.algorithm,
            published.url,
            published.form,
            published.file,
            signature
                .filter(s -> s.over.equals("checksum") && keys.contains(s.fingerprint))
                .map(s -> new Fetch.Signed(s.url, s.fingerprint))),
        compression,
        member,
        format,
        insecure);
  }
}
