package dev.proxkiln.host.fetch;

import dev.proxkiln.host.HostSlug;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Trouble with a server or the line that may pass, so that trying again makes sense. */
final class Passing extends IOException {
  private static final long serialVersionUID = 1L;

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

  HostSlug slug() {
    return slug;
  }

  Optional<Duration> pause() {
    return wait;
  }
}
