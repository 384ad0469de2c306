package dev.proxkiln.host.fetch;

import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.port.Downloads.Watch;
import dev.proxkiln.core.port.Publishers;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Asks publishers over the web. Documents are kept and asked for again by their entity tag. */
final class WebPublishers implements Publishers {
  private static final Watch NOBODY =
      new Watch() {
        @Override
        public void progress(long done, long total) {}

        @Override
        public void note(String text) {}
      };

  private final StreamingDownloads downloads;
  private final Web web;
  private final Documents documents;
  private final Patience patience;

  WebPublishers(StreamingDownloads downloads, Web web, Documents documents, Patience patience) {
    this.downloads = downloads;
    this.web = web;
    this.documents = documents;
    this.patience = patience;
  }

  @Override
  public There there(String url, boolean insecure) {
    URI address = Web.address(url, insecure);
    try {
      return new Retries(patience, NOBODY).until(address, () -> once(address));
    } catch (IOException e) {
      throw Web.failed(address, String.valueOf(e.getMessage()));
    }
  }

  /** One byte, not a HEAD: signed addresses of content networks are for GET alone. */
  private There once(URI address) throws IOException {
    try (Web.Answer answer = web.get(address, Map.of("Range", "bytes=0-0"))) {
      Optional<String> length =
          answer.status() == 206
              ? answer.header("Content-Range").map(range -> range.replaceFirst(".*/", ""))
              : answer.header("Content-Length");
      return new There(
          answer.settled().toString(),
          length.filter(text -> text.matches("\\d{1,18}")).map(Long::parseLong).orElse(-1L));
    }
  }

  @Override
  public String read(String url, boolean insecure) {
    return new String(documents.get(url, insecure, NOBODY), StandardCharsets.UTF_8);
  }

  @Override
  public Stated stated(Fetch fetch) {
    if (!(fetch.trust() instanceof Fetch.Published published)) {
      throw new IllegalArgumentException("nothing is published about " + fetch.url());
    }
    Trusted trusted = downloads.published(published, fetch, NOBODY);
    return new Stated(trusted.text(), trusted.verified());
  }
}
