package dev.proxkiln.host.fetch;

import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.plan.Fetch.Pinned;
import dev.proxkiln.core.plan.Fetch.Published;
import dev.proxkiln.core.plan.Fetch.Signed;
import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.Downloads;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.file.LockFile;
import dev.proxkiln.host.image.Disk;
import dev.proxkiln.host.image.ImageCheck;
import dev.proxkiln.host.trust.ChecksumFile;
import dev.proxkiln.host.trust.PinnedKeys;
import dev.proxkiln.host.trust.SignedText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Downloads over HTTP into a cache that is keyed by digest. The digest is known and its signature
 * checked before the image is asked for; an image whose digest is in the cache is not downloaded
 * again, and with a pinned digest the network is not touched at all. Output {@code size} is the
 * length of the unpacked file.
 */
public final class StreamingDownloads implements Downloads {
  private static final Set<String> SPOILT =
      Set.of(
          HostSlug.CHECKSUM_MISMATCH.text(),
          HostSlug.DOWNLOAD_TOO_LARGE.text(),
          HostSlug.UNPACK_FAILED.text(),
          HostSlug.UNPACK_TOO_LARGE.text(),
          HostSlug.ARCHIVE_MEMBER_MISSING.text(),
          HostSlug.IMAGE_FORMAT_DIFFERS.text(),
          HostSlug.IMAGE_HAS_BACKING_FILE.text(),
          HostSlug.IMAGE_NOT_AN_IMAGE.text());

  private static final int MOST_RESTARTS = 3;

  private final ImageCache cache;
  private final Patience patience;
  private final Limits limits;
  private final Web web;
  private final Documents documents;
  private final SignedText signatures;
  private final ImageCheck check;

  /**
   * Downloads with the usual limits.
   *
   * @param folder the cache; made when missing
   * @param keys folders with {@code FINGERPRINT.asc}, the administrator's own first
   * @param commands for {@code qemu-img}
   * @param environment environment variables: proxies and {@code SSL_CERT_FILE}
   */
  public StreamingDownloads(
      Path folder, List<Path> keys, Commands commands, Map<String, String> environment) {
    this(folder, keys, commands, environment, Patience.USUAL, Limits.USUAL);
  }

  /** Downloads with limits of their own. */
  public StreamingDownloads(
      Path folder,
      List<Path> keys,
      Commands commands,
      Map<String, String> environment,
      Patience patience,
      Limits limits) {
    this.cache = new ImageCache(folder);
    this.patience = patience;
    this.limits = limits;
    this.web = new Web(environment, patience);
    this.documents = new Documents(web, cache, patience, limits);
    this.signatures = new SignedText(new PinnedKeys(keys), InstantSource.system());
    this.check = new ImageCheck(commands);
  }

  @Override
  public Map<String, String> fetch(Fetch fetch, Watch watch) {
    Web.address(fetch.url(), fetch.insecure());
    cache.prepare();
    Trusted trusted =
        switch (fetch.trust()) {
          case Pinned pinned -> pinned(pinned);
          case Published published -> published(published, fetch, watch);
        };
    Path image = cache.image(fetch, trusted);
    Optional<Map<String, String>> known = cache.entry(image);
    if (known.isEmpty()) {
      known = Optional.of(download(fetch, trusted, image, watch));
    } else {
      watch.note("already here: '" + image + "'");
    }
    Map<String, String> outputs = new LinkedHashMap<>();
    outputs.put("path", image.toString());
    outputs.put("digest", trusted.text());
    for (String name : List.of("size", "format", "virtual-size", "url")) {
      outputs.put(name, known.get().getOrDefault(name, ""));
    }
    outputs.put("verified", trusted.verified());
    return outputs;
  }

  @Override
  public void dropPartial(Fetch fetch) {
    if (!Files.isDirectory(cache.folder())) {
      return;
    }
    cache.prepare();
    // Another run that is downloading the same image needs its part.
    Optional<LockFile> lock = LockFile.tryTake(cache.lock(fetch));
    if (lock.isPresent()) {
      try (LockFile held = lock.get()) {
        cache.drop(cache.partial(fetch));
      }
    }
  }

  private static Trusted pinned(Pinned pinned) {
    return new Trusted(
        pinned.algorithm(),
        pinned.digest().toLowerCase(Locale.ROOT),
        pinned.algorithm() + " given beforehand");
  }

  private Trusted published(Published published, Fetch fetch, Watch watch) {
    byte[] file = documents.get(published.url(), fetch.insecure(), watch);
    String text = new String(file, StandardCharsets.UTF_8);
    boolean isClear = published.form().equals("clearsigned");
    String by = ", which nobody signed";
    if (published.signature().isPresent()) {
      Signed signed = published.signature().get();
      by = ", signed by " + signed.fingerprint();
      if (signed.url().isPresent()) {
        signatures.detached(
            file,
            signature(signed.url().get(), fetch, watch),
            signed.fingerprint(),
            signed.url().get());
      } else {
        text = signatures.clear(text, signed.fingerprint(), published.url());
        isClear = false;
      }
    }
    if (isClear) {
      text = SignedText.unverified(text, published.url());
    }
    ChecksumFile sums = ChecksumFile.read(text, published.url());
    String digest =
        published.form().equals("single")
            ? sums.loneDigest(published.algorithm(), published.file())
            : sums.digest(published.algorithm(), published.file());
    return new Trusted(
        published.algorithm(), digest, published.algorithm() + " from " + published.url() + by);
  }

  private byte[] signature(String url, Fetch fetch, Watch watch) {
    try {
      return documents.get(url, fetch.insecure(), watch);
    } catch (ProblemException e) {
      if (!e.first().slug().equals(HostSlug.DOWNLOAD_NOT_FOUND.text())) {
        throw e;
      }
      throw new ProblemException(
          HostSlug.SIGNATURE_MISSING.problem(
              url,
              "the checksum file must be signed, and its signature '" + url + "' is not there",
              e.first().why(),
              "check the address of the signature, or ask the publisher"),
          e);
    }
  }

  private Map<String, String> download(Fetch fetch, Trusted trusted, Path image, Watch watch) {
    try (LockFile lock =
        LockFile.take(
            cache.lock(fetch),
            patience.lock(),
            pid ->
                watch.note(
                    "another run"
                        + (pid < 0 ? "" : " (process " + pid + ")")
                        + " downloads this image; waiting for it"))) {
      Optional<Map<String, String>> meanwhile = cache.entry(image);
      if (meanwhile.isPresent()) {
        watch.note("already here: '" + image + "'");
        return meanwhile.get();
      }
      return downloadLocked(fetch, trusted, image, watch);
    }
  }

  private Map<String, String> downloadLocked(
      Fetch fetch, Trusted trusted, Path image, Watch watch) {
    ImageCache.Partial partial = cache.partial(fetch);
    for (int restart = 0; ; restart++) {
      Transfer transfer = new Transfer(fetch, trusted, cache, limits, watch);
      boolean resumes = transfer.resumes();
      try {
        return finish(transfer.run(web, patience), fetch, image, partial);
      } catch (ResumingStream.Changed e) {
        if (restart >= MOST_RESTARTS) {
          throw Web.failed(
              Web.address(fetch.url(), fetch.insecure()), "the file changes all the time");
        }
        watch.note("the publisher has another file now; starting again");
      } catch (IOException e) {
        throw FileTrouble.writing(partial.part(), e);
      } catch (ProblemException e) {
        String slug = e.first().slug();
        boolean isDamaged = resumes && slug.equals(HostSlug.CHECKSUM_MISMATCH.text());
        clear(partial, slug);
        if (!isDamaged || restart >= MOST_RESTARTS) {
          throw e;
        }
        watch.note("the part from an earlier run is damaged; starting again");
      }
    }
  }

  /** Bytes that are wrong are of no use; those of a stopped or broken download are. */
  private void clear(ImageCache.Partial partial, String slug) {
    if (SPOILT.contains(slug)) {
      cache.drop(partial);
    } else {
      try {
        Files.deleteIfExists(partial.unpacked());
      } catch (IOException e) {
        throw FileTrouble.writing(partial.unpacked(), e);
      }
    }
  }

  private Map<String, String> finish(
      Transfer.Done done, Fetch fetch, Path image, ImageCache.Partial partial) {
    Disk disk = check.check(done.image(), fetch.format(), fetch.url());
    Map<String, String> known = new LinkedHashMap<>();
    try {
      known.put("size", String.valueOf(Files.size(done.image())));
    } catch (IOException e) {
      throw FileTrouble.reading(done.image(), e);
    }
    known.put("format", disk.format());
    known.put("virtual-size", String.valueOf(disk.virtualSize()));
    known.put("url", done.source().toString());
    known.put("downloaded", String.valueOf(done.downloaded()));
    cache.keep(done.image(), image, known);
    cache.drop(partial);
    return known;
  }
}
