package dev.proxkiln.template.upstream;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** Keeps many questions polite: a few at once in all, fewer to one host. */
final class Manners {
  private final Semaphore all;
  private final int perHost;
  private final Map<String, Semaphore> hosts = new ConcurrentHashMap<>();

  /**
   * Manners.
   *
   * @param atOnce most questions at once
   * @param perHost most questions at once to one host
   */
  Manners(int atOnce, int perHost) {
    this.all = new Semaphore(atOnce);
    this.perHost = perHost;
  }

  /** Asks when it is our turn at the host of an address. */
  <T> T ask(String url, Supplier<T> question) {
    Semaphore host =
        hosts.computeIfAbsent(
            String.valueOf(URI.create(url).getHost()), h -> new Semaphore(perHost));
    // The host's turn first: who waits for a busy host must not keep others from asking.
    host.acquireUninterruptibly();
    try {
      all.acquireUninterruptibly();
      try {
        return question.get();
      } finally {
        all.release();
      }
    } finally {
      host.release();
    }
  }
}
