package dev.proxkiln.host.catalogue;

import dev.proxkiln.core.digest.Sha256;
import dev.proxkiln.core.port.Publishers;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import dev.proxkiln.host.file.LockFile;
import dev.proxkiln.host.trust.SignedText;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Fetches a newer catalogue. Every file is named with its digest by a manifest, the manifest is
 * clear-signed by a pinned key, its version must be higher than any that was ever here, and the
 * whole is read once before it is taken.
 */
public final class CatalogueUpdate {

  /** The manifest's name below the address. */
  public static final String MANIFEST = "CATALOGUE.asc";

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final CatalogueStore store;
  private final Publishers publishers;
  private final SignedText signatures;
  private final LocalDate today;

  /** An update into a store. */
  public CatalogueUpdate(
      CatalogueStore store, Publishers publishers, SignedText signatures, LocalDate today) {
    this.store = store;
    this.publishers = publishers;
    this.signatures = signatures;
    this.today = today;
  }

  /**
   * How it went.
   *
   * @param version that is in use now
   * @param before version that was in use before; the same when there was nothing newer
   * @param files how many files the new one has, 0 when there was nothing newer
   */
  public record Outcome(long version, long before, int files) {}

  /**
   * Where to look, and whom to believe.
   *
   * @param address of the folder with the manifest
   * @param fingerprint of the pinned key that signs it
   * @param insecure whether plain http is allowed
   * @param shipped version of the catalogue that came with proxkiln
   */
  public record Source(String address, String fingerprint, boolean insecure, long shipped) {
    private String of(String name) {
      return address + (address.endsWith("/") ? "" : "/") + name;
    }
  }

  /**
   * Fetches, verifies, and takes what is newer; else nothing changes.
   *
   * @param faults everything that is wrong with a catalogue in a folder
   * @throws ProblemException {@code signature-missing}, {@code signature-invalid}, {@code
   *     key-unknown}, {@code checksum-mismatch}, {@code catalogue-update-refused}, and those of a
   *     download
   */
  public Outcome run(Source source, Function<Path, List<Problem>> faults) {
    try (LockFile lock = store.lock(PATIENCE)) {
      String where = source.of(MANIFEST);
      Manifest manifest =
          Manifest.read(
              signatures.clear(
                  publishers.read(where, source.insecure()), source.fingerprint(), where),
              where);
      long before = Math.max(store.version(), source.shipped());
      if (manifest.version() == before) {
        return new Outcome(before, before, 0);
      }
      check(manifest, before, where);
      Path staged = store.stage(manifest.version());
      try {
        fetch(manifest, source, staged);
        List<Problem> problems = faults.apply(staged);
        if (!problems.isEmpty()) {
          throw Manifest.refused(
              where,
              "this proxkiln cannot read it: " + problems.getFirst().what(),
              "Upgrade proxkiln.");
        }
        store.activate(manifest.version());
      } finally {
        CatalogueStore.remove(staged);
      }
      return new Outcome(manifest.version(), before, manifest.files().size());
    }
  }

  private void check(Manifest manifest, long before, String where) {
    if (manifest.version() < before) {
      throw Manifest.refused(
          where,
          "its version " + manifest.version() + " is older than " + before + ", which was here",
          "Check the address; somebody may be showing you an old copy.");
    }
    if (manifest.expires().isBefore(today)) {
      throw Manifest.refused(
          where,
          "it could be taken until " + manifest.expires() + " only",
          "Check this machine's clock and the address; somebody may be showing you an old copy.");
    }
  }

  private void fetch(Manifest manifest, Source source, Path staged) {
    for (Map.Entry<String, String> file : manifest.files().entrySet()) {
      String url = source.of(file.getKey());
      String text = publishers.read(url, source.insecure());
      String digest = Sha256.of(text);
      if (!digest.equals(file.getValue())) {
        throw HostSlug.CHECKSUM_MISMATCH
            .problem(
                url,
                "'" + url + "' is not the file that the catalogue's publisher signed",
                "its sha256 is " + digest + ", the manifest says " + file.getValue(),
                "try again later; if it stays so, tell the publisher")
            .raise();
      }
      CatalogueStore.put(staged, file.getKey(), text);
    }
  }
}
