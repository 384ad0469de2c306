package dev.proxkiln.core.port;

import dev.proxkiln.core.plan.Fetch;
import java.util.Map;

/** Downloads, verifies and unpacks images into the cache, in one pass with constant memory. */
public interface Downloads {

  /** Follows a download. */
  interface Watch {
    /** Bytes of the compressed stream; total is -1 when the publisher does not say. */
    void progress(long done, long total);

    /** Something worth telling, for example a retry or a cache hit. */
    void note(String text);
  }

  /**
   * Fetches an image; a second call for the same bytes downloads nothing.
   *
   * @return {@link Fetch#OUTPUTS}: {@code path} of the unpacked image on this machine, {@code
   *     digest} as {@code sha512:HEX} of the bytes as published, {@code size} and {@code
   *     virtual-size} in bytes, {@code format}, {@code url} after redirects, {@code verified} in
   *     words
   * @throws dev.proxkiln.core.problem.ProblemException with the slugs of the host area
   */
  Map<String, String> fetch(Fetch fetch, Watch watch);

  /** The folder on this machine where images lie; builders put theirs there too. */
  String folder();

  /**
   * Asks what the publisher offers now, and downloads no image for it. A signature is checked as
   * for a download.
   *
   * @return the digest as {@code ALGORITHM:HEX}, as the output {@code digest} of {@link #fetch};
   *     empty text where nobody states one
   * @throws dev.proxkiln.core.problem.ProblemException with the slugs of the host area
   */
  String stated(Fetch fetch, Watch watch);

  /** Deletes what an unfinished fetch left; the finished image stays. */
  void dropPartial(Fetch fetch);
}
