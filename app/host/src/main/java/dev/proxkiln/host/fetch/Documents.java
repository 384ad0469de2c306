package dev.proxkiln.host.fetch;

import dev.proxkiln.core.port.Downloads.Watch;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import dev.proxkiln.host.file.ByteCount;
import java.io.IOException;
import java.net.URI;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Small files of publishers: checksum files and signatures. Their bytes are kept, and a server that
 * says that nothing changed sends them only once.
 */
final class Documents {
  private final Web web;
  private final ImageCache cache;
  private final Patience patience;
  private final Limits limits;
  private volatile @Nullable Map<String, FutureTask<byte[]>> asked;

  Documents(Web web, ImageCache cache, Patience patience, Limits limits) {
    this.web = web;
    this.cache = cache;
    this.patience = patience;
    this.limits = limits;
  }

  /** From now on asks for an address only once, however many need it at the same time. */
  void askOnce() {
    asked = new ConcurrentHashMap<>();
  }

  /** The bytes at an address as they are now. */
  byte[] get(String text, boolean insecure, Watch watch) {
    Map<String, FutureTask<byte[]>> once = asked;
    if (once == null) {
      return ask(text, insecure, watch);
    }
    FutureTask<byte[]> task = new FutureTask<>(() -> ask(text, insecure, watch));
    FutureTask<byte[]> first = once.putIfAbsent(text, task);
    if (first == null) {
      task.run();
      first = task;
    }
    try {
      return first.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ProblemException problem) {
        throw problem;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      throw Retries.stopped(URI.create(text));
    }
  }

  private byte[] ask(String text, boolean insecure, Watch watch) {
    URI address = Web.address(text, insecure);
    Map<String, String> kept = cache.document(text);
    try {
      return new Retries(patience, watch).until(address, () -> once(address, kept));
    } catch (IOException e) {
      throw Web.failed(address, String.valueOf(e.getMessage()));
    }
  }

  private byte[] once(URI address, Map<String, String> kept) throws IOException {
    Optional<String> etag = Optional.ofNullable(kept.get("etag")).filter(tag -> !tag.isEmpty());
    Map<String, String> headers = etag.map(tag -> Map.of("If-None-Match", tag)).orElse(Map.of());
    try (Web.Answer answer = web.get(address, headers)) {
      if (answer.status() == 304 && etag.isPresent()) {
        return Base64.getDecoder().decode(kept.getOrDefault("content", ""));
      }
      if (answer.status() != 200) {
        throw Web.failed(address, "the server answered " + answer.status());
      }
      byte[] content = answer.body().readNBytes(limits.document() + 1);
      if (content.length > limits.document()) {
        throw HostSlug.DOWNLOAD_TOO_LARGE
            .problem(
                address.toString(),
                "'" + address + "' is larger than it may be",
                "no checksum file is larger than " + ByteCount.text(limits.document()),
                "check the address of the checksum file")
            .raise();
      }
      cache.keepDocument(
          address.toString(),
          Map.of(
              "address",
              address.toString(),
              "etag",
              answer.header("ETag").orElse(""),
              "content",
              Base64.getEncoder().encodeToString(content)));
      return content;
    }
  }
}
