package dev.proxkiln.host.fetch;

import dev.proxkiln.host.HostSlug;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Trouble with a server or the line that may pass, so that trying again makes sense. */
final class Passing extends IOException {
  private static final long serialVersionUID = 1L;

  private static final String BROKE = "the connection broke: ";

  private final HostSlug slug;
  private final transient Optional<Duration> wait;

  /**
   * Trouble.
   *
   * @param slug what it is when it does not pass
   * @param wait how long the server asks to wait
   */
  Passing(HostSlug slug, String message, Optional<Duration> wait) {
    super(message);
    this.slug = slug;
    this.wait = wait;
  }

  Passing(HostSlug slug, String message) {
    this(slug, message, Optional.empty());
  }

  /** The line broke, before the server said anything of the file. */
  static Passing broken(String why) {
    return new Passing(HostSlug.DOWNLOAD_FAILED, BROKE + why);
  }

  /** The same where a part of the file had come already: then the file is what ends early. */
  Passing midway() {
    return slug == HostSlug.DOWNLOAD_FAILED && String.valueOf(getMessage()).startsWith(BROKE)
        ? new Passing(HostSlug.DOWNLOAD_TRUNCATED, String.valueOf(getMessage()), wait)
        : this;
  }

  HostSlug slug() {
    return slug;
  }

  Optional<Duration> pause() {
    return wait;
  }
}
