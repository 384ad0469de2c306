package dev.proxkiln.core.port;

import dev.proxkiln.core.plan.Fetch;

/** What publishers of images say on the web: small reads, for which no image is downloaded. */
public interface Publishers {

  /**
   * That a file is there.
   *
   * @param moved where it has moved for good, by the server's own words; the address asked for when
   *     it has not
   * @param size in bytes, -1 when the server does not say
   */
  record There(String moved, long size) {}

  /**
   * What a publisher states of an image.
   *
   * @param digest as {@code ALGORITHM:HEX}
   * @param verified who vouches for it, in words
   */
  record Stated(String digest, String verified) {}

  /**
   * Asks for a file without reading it.
   *
   * @param insecure whether plain http is allowed
   * @throws dev.proxkiln.core.problem.ProblemException with the slugs of the host area, {@code
   *     download-not-found} among them
   */
  There there(String url, boolean insecure);

  /**
   * Reads a small document: a listing, an index, a page.
   *
   * @param insecure whether plain http is allowed
   * @throws dev.proxkiln.core.problem.ProblemException with the slugs of the host area
   */
  String read(String url, boolean insecure);

  /**
   * What the publisher states now; its checksum file is read, and its signature verified where one
   * is asked for.
   *
   * @throws dev.proxkiln.core.problem.ProblemException with the slugs of the host area
   */
  Stated stated(Fetch fetch);
}
