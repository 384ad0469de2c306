package dev.proxkiln.host.fetch;

import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.port.Downloads.Watch;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import dev.proxkiln.host.file.ByteCount;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.image.Disk;
import dev.proxkiln.host.image.ImageCheck;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image that is a file of this machine already. One that is not packed stays where it is; a
 * packed one is unpacked into the cache. Either way it is read once, for its digest.
 */
final class LocalImage {
  /** The endings that Proxmox VE knows as formats (qemu-server: PVE/QemuServer/Drive.pm). */
  private static final Pattern FORMAT_ENDING =
      Pattern.compile("(.*)\\.(raw|qcow2?|qed|vmdk|cloop)", Pattern.DOTALL);

  private final Fetch fetch;
  private final Trusted trusted;
  private final ImageCache cache;
  private final ImageCheck check;
  private final Limits limits;
  private final Path file;

  LocalImage(Fetch fetch, Trusted trusted, ImageCache cache, ImageCheck check, Limits limits) {
    this.fetch = fetch;
    this.trusted = trusted;
    this.cache = cache;
    this.check = check;
    this.limits = limits;
    this.file = Path.of(URI.create(fetch.url()));
  }

  /**
   * Reads it.
   *
   * @throws ProblemException {@code file-unreadable}, {@code checksum-mismatch}, {@code
   *     unpack-failed} and what {@link ImageCheck#check} throws
   */
  Got get(Watch watch) {
    ImageCache.Partial partial = cache.partial(fetch);
    try {
      return read(partial.unpacked(), watch);
    } catch (IOException e) {
      throw FileTrouble.reading(file, e);
    } finally {
      cache.drop(partial);
    }
  }

  private Got read(Path unpacked, Watch watch) throws IOException {
    boolean packed = !fetch.compression().equals("none");
    MessageDigest digest = digest();
    try (InputStream in =
        new DigestInputStream(new Followed(Files.newInputStream(file), watch), digest)) {
      if (packed) {
        unpack(in, unpacked);
      }
      // What is behind the member of an archive belongs to the digest as well.
      in.transferTo(OutputStream.nullOutputStream());
    }
    String found = HexFormat.of().formatHex(digest.digest());
    if (!trusted.isOpen() && !found.equals(trusted.digest())) {
      throw mismatch(found);
    }
    Path image = packed ? unpacked : file.toAbsolutePath();
    Disk disk = check.check(image, fetch.format(), file.toString());
    if (!packed) {
      named(disk);
    }
    if (trusted.isOpen()) {
      check.whole(image, disk, file.toString());
    }
    Map<String, String> known = new LinkedHashMap<>();
    known.put("size", String.valueOf(Files.size(image)));
    known.put("format", disk.format());
    known.put("virtual-size", String.valueOf(disk.virtualSize()));
    known.put("url", fetch.url());
    if (!packed) {
      return new Got(image, found, known);
    }
    Path kept = cache.image(fetch, trusted.algorithm(), found, disk.format());
    cache.keep(image, kept, known);
    return new Got(kept, found, known);
  }

  /**
   * The node imports a file in the format that the end of its name says, whatever is in it
   * (qemu-server: PVE/QemuServer/QemuImage.pm, convert).
   */
  private void named(Disk disk) {
    Matcher ending = FORMAT_ENDING.matcher(file.toString());
    if (ending.matches() && !ending.group(2).equals(disk.format())) {
      throw HostSlug.IMAGE_FORMAT_DIFFERS
          .problem(
              file.toString(),
              "'" + file + "' is '" + disk.format() + "' inside, whatever its name says",
              "Proxmox VE reads an image in the format that the end of its name says",
              "rename it: " + ending.group(1) + "." + disk.format())
          .raise();
    }
  }

  private MessageDigest digest() {
    try {
      return MessageDigest.getInstance(trusted.algorithm().replaceFirst("^sha(?=\\d)", "SHA-"));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalArgumentException("digest algorithm " + trusted.algorithm(), e);
    }
  }

  private void unpack(InputStream packed, Path to) {
    try (SparseFile out = new SparseFile(to, 0);
        InputStream in =
            Unpacked.stream(
                new Open(packed), fetch.compression(), fetch.member(), file.toString())) {
      byte[] bytes = new byte[Belt.PIECE];
      for (int count = in.readNBytes(bytes, 0, bytes.length);
          count > 0;
          count = in.readNBytes(bytes, 0, bytes.length)) {
        stopWhenAsked();
        if (out.length() + count > limits.unpacked()) {
          throw new IOException(
              "it unpacks to more than "
                  + ByteCount.text(limits.unpacked())
                  + ", as no image does");
        }
        out.write(bytes, count);
      }
      out.finish();
    } catch (IOException e) {
      throw new ProblemException(
          HostSlug.UNPACK_FAILED.problem(
              file.toString(),
              "'" + file + "' cannot be unpacked as " + fetch.compression(),
              String.valueOf(e.getMessage()),
              "check that the file is whole"),
          e);
    }
  }

  private void stopWhenAsked() {
    if (Thread.currentThread().isInterrupted()) {
      throw CoreSlug.STOPPED.problem(file.toString(), "Stopped.", "", "").raise();
    }
  }

  private ProblemException mismatch(String found) {
    return HostSlug.CHECKSUM_MISMATCH
        .problem(
            file.toString(),
            "the bytes of '" + file + "' are not the right ones",
            trusted.algorithm() + " is " + found + ", should be " + trusted.digest(),
            "get the file again, or check the digest that was given")
        .raise();
  }

  /** Keeps the stream behind open when an unpacker closes its own. */
  private static final class Open extends FilterInputStream {
    private Open(InputStream in) {
      super(in);
    }

    @Override
    public void close() {}
  }

  /** Tells how far it is, and ends when the run is stopped. */
  private final class Followed extends FilterInputStream {
    private final Watch watch;
    private final long total;
    private long done;
    private long told;

    private Followed(InputStream in, Watch watch) throws IOException {
      super(in);
      this.watch = watch;
      this.total = Files.size(file);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      stopWhenAsked();
      int count = super.read(target, offset, length);
      done += Math.max(0, count);
      if (count < 0 || done - told >= 16 << 20) {
        told = done;
        watch.progress(done, total);
      }
      return count;
    }
  }
}
