package dev.proxkiln.host.fetch;

import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.plan.Fetch.Pinned;
import dev.proxkiln.core.plan.Fetch.Published;
import dev.proxkiln.core.plan.Fetch.Signed;
import dev.proxkiln.core.plan.Fetch.Unverified;
import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.Downloads;
import dev.proxkiln.core.port.Publishers;
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
    Trusted trusted = trusted(fetch, watch);
    Optional<Path> here = cache.find(fetch, trusted);
    here.ifPresent(image -> watch.note("already here: '" + image + "'"));
    Got got =
        here.map(image -> new Got(image, trusted.digest(), cache.entry(image).orElse(Map.of())))
            .orElseGet(
                () ->
                    fetch.isLocal()
                        ? new LocalImage(fetch, trusted, cache, check, limits).get(watch)
                        : download(fetch, trusted, watch));
    Map<String, String> outputs = new LinkedHashMap<>();
    outputs.put("path", got.path().toString());
    outputs.put("digest", trusted.algorithm() + ":" + got.digest());
    for (String name : List.of("size", "format", "virtual-size", "url")) {
      outputs.put(name, got.known().getOrDefault(name, ""));
    }
    outputs.put("verified", trusted.verified());
    return outputs;
  }

  /** Most bytes of Java's heap that one download holds, whatever it is packed with. */
  public static long heapOfOne() {
    return Unpacked.heap();
  }

  @Override
  public String folder() {
    cache.prepare();
    return cache.folder().toString();
  }

  /** The same publishers, asked without downloading an image; each document once. */
  public Publishers publishers() {
    cache.prepare();
    documents.askOnce();
    return new WebPublishers(this, web, documents, patience);
  }

  @Override
  public String stated(Fetch fetch, Watch watch) {
    Trusted trusted = trusted(fetch, watch);
    return trusted.isOpen() ? "" : trusted.text();
  }

  private Trusted trusted(Fetch fetch, Watch watch) {
    if (!fetch.isLocal()) {
      Web.address(fetch.url(), fetch.insecure());
    }
    cache.prepare();
    return switch (fetch.trust()) {
      case Pinned pinned -> pinned(pinned);
      case Published published -> published(published, fetch, watch);
      case Unverified unverified -> unverified(unverified, fetch);
    };
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

  private static Trusted unverified(Unverified unverified, Fetch fetch) {
    return new Trusted(
        unverified.algorithm(),
        "",
        fetch.isLocal()
            ? "a file of this machine, taken as it is"
            : "not at all: no checksum was given, and the user allowed that");
  }

  private static Trusted pinned(Pinned pinned) {
    return new Trusted(
        pinned.algorithm(),
        pinned.digest().toLowerCase(Locale.ROOT),
        pinned.algorithm() + " given beforehand");
  }

  Trusted published(Published published, Fetch fetch, Watch watch) {
    byte[] file = documents.get(published.url(), fetch.insecure(), watch);
    String text = new String(file, StandardCharsets.UTF_8);
    boolean isClear =
        published.form().equals("clearsigned")
            || (published.form().equals("auto") && SignedText.isClear(text));
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
    String algorithm = published.algorithm();
    String digest;
    switch (published.form()) {
      case "single" -> digest = sums.loneDigest(algorithm, published.file());
      case "lone" -> digest = sums.onlyDigest(algorithm);
      case "auto" -> {
        algorithm = sums.knows(algorithm, published.file()) ? algorithm : other(algorithm);
        digest = sums.loneDigest(algorithm, published.file());
      }
      default -> digest = sums.digest(algorithm, published.file());
    }
    return new Trusted(algorithm, digest, algorithm + " from " + published.url() + by);
  }

  private static String other(String algorithm) {
    return algorithm.equals("sha512") ? "sha256" : "sha512";
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

  private Got download(Fetch fetch, Trusted trusted, Watch watch) {
    try (LockFile lock =
        LockFile.take(
            cache.lock(fetch),
            patience.lock(),
            pid ->
                watch.note(
                    "another run"
                        + (pid < 0 ? "" : " (process " + pid + ")")
                        + " downloads this image; waiting for it"))) {
      Optional<Path> meanwhile = cache.find(fetch, trusted);
      if (meanwhile.isPresent()) {
        watch.note("already here: '" + meanwhile.get() + "'");
        return new Got(
            meanwhile.get(), trusted.digest(), cache.entry(meanwhile.get()).orElse(Map.of()));
      }
      return downloadLocked(fetch, trusted, watch);
    }
  }

  private Got downloadLocked(Fetch fetch, Trusted trusted, Watch watch) {
    ImageCache.Partial partial = cache.partial(fetch);
    for (int restart = 0; ; restart++) {
      Transfer transfer = new Transfer(fetch, trusted, cache, limits, watch);
      boolean resumes = transfer.resumes();
      try {
        return finish(transfer.run(web, patience), fetch, trusted, partial);
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

  private Got finish(Transfer.Done done, Fetch fetch, Trusted trusted, ImageCache.Partial partial) {
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
    Path image = cache.image(fetch, trusted.algorithm(), done.digest(), disk.format());
    cache.keep(done.image(), image, known);
    cache.drop(partial);
    return new Got(image, done.digest(), known);
  }
}
