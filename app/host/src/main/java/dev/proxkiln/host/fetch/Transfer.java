package dev.proxkiln.host.fetch;

import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.port.Downloads.Watch;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import dev.proxkiln.host.fetch.ResumingStream.Version;
import dev.proxkiln.host.file.ByteCount;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.file.Modes;
import dev.proxkiln.host.process.ProgramStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the bytes of an image. The calling thread reads the part that is already here and
 * then the network, and keeps packed bytes in a file so that a later process can go on. One thread
 * computes the digest, a second unpacks, a third writes the image. So a pass takes as long as its
 * slowest stage. Unpacking follows the file at its own speed: the line is never kept waiting for
 * it, and is free for the next image as soon as the bytes are here.
 */
final class Transfer {
  private static final Duration BETWEEN_PROGRESS = Duration.ofMillis(100);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
  private static final long BETWEEN_SPACE_CHECKS = 64L << 20;

  /** Packed bytes become at least as many; more is not known before. */
  private static final int ROOM_PER_PACKED_BYTE = 2;

  /** Trouble of a stage that no further byte can heal. */
  private static final Set<String> STOPPING =
      Set.of(
          HostSlug.DISK_FULL.text(),
          HostSlug.FILE_UNWRITABLE.text(),
          HostSlug.UNPACK_TOO_LARGE.text());

  private final Fetch fetch;
  private final Trusted trusted;
  private final ImageCache cache;
  private final ImageCache.Partial files;
  private final Limits limits;
  private final Watch watch;
  private final URI address;
  private final boolean packed;

  Transfer(Fetch fetch, Trusted trusted, ImageCache cache, Limits limits, Watch watch) {
    this.fetch = fetch;
    this.trusted = trusted;
    this.cache = cache;
    this.files = cache.partial(fetch);
    this.limits = limits;
    this.watch = watch;
    this.address = Web.address(fetch.url(), fetch.insecure());
    this.packed = !fetch.compression().equals("none");
  }

  /**
   * A pass that went well.
   *
   * @param image the unpacked image, still under its partial name
   * @param source address after redirects
   * @param downloaded bytes as published
   * @param digest of the bytes as published, lower-case hex
   */
  record Done(Path image, URI source, long downloaded, String digest) {}

  /**
   * Runs the pass.
   *
   * @throws ResumingStream.Changed when the server has another file than the part came from, and
   *     the part was deleted
   */
  Done run(Web web, Patience patience) throws IOException {
    long here = usablePart();
    try (ResumingStream stream =
        new ResumingStream(
            web,
            address,
            new Retries(patience, watch),
            here,
            version(cache.facts(files)),
            limits.download())) {
      try {
        stream.open();
        if (here > 0) {
          watch.note("going on at " + ByteCount.text(here));
        }
        checkRoom(stream.version().total(), here);
        keepFacts(stream.version());
        return pass(stream, here);
      } catch (ResumingStream.Changed e) {
        cache.drop(files);
        throw e;
      } catch (InterruptedIOException e) {
        throw Retries.stopped(address);
      }
    }
  }

  /** Whether an earlier process left a part that this pass builds on. */
  boolean resumes() {
    return usablePart() > 0;
  }

  private long usablePart() {
    Map<String, String> facts = cache.facts(files);
    try {
      boolean usable = Files.exists(files.part()) && trusted.text().equals(facts.get("expected"));
      return usable ? Files.size(files.part()) : 0;
    } catch (IOException e) {
      throw FileTrouble.reading(files.part(), e);
    }
  }

  private static Version version(Map<String, String> facts) {
    return facts.isEmpty()
        ? Version.UNKNOWN
        : new Version(
            facts.getOrDefault("etag", ""),
            facts.getOrDefault("modified", ""),
            Long.parseLong(facts.getOrDefault("total", "-1")));
  }

  private void keepFacts(Version version) {
    cache.keepFacts(
        files,
        Map.of(
            "address", fetch.url(),
            "expected", trusted.text(),
            "etag", version.etag(),
            "modified", version.modified(),
            "total", String.valueOf(version.total())));
  }

  private void checkRoom(long total, long here) {
    long coming = Math.max(0, total) * (packed ? ROOM_PER_PACKED_BYTE : 1) - here;
    long needed = Math.max(0, coming) + limits.reserve();
    if (FileTrouble.free(cache.folder()) < needed) {
      throw FileTrouble.diskFull(cache.folder(), needed).raise();
    }
  }

  private Done pass(ResumingStream stream, long here) throws IOException {
    Path image = packed ? files.unpacked() : files.part();
    Stages stages = new Stages(image, packed ? 0 : here);
    try {
      pump(stream, here, stages);
      String digest = stages.judge(stream);
      return new Done(image, stream.source(), stream.offset(), digest);
    } catch (InterruptedException e) {
      stages.abort(e);
      throw Retries.stopped(address);
    } catch (Throwable e) {
      stages.abort(e);
      throw e;
    } finally {
      stages.close();
    }
  }

  private void pump(ResumingStream stream, long here, Stages stages)
      throws IOException, InterruptedException {
    long nextProgress = System.nanoTime();
    try (Part part = new Part(here)) {
      if (here > 0) {
        stages.packedBytes.grow(here);
        replay(here, stages);
      }
      byte[] buffer = new byte[Belt.PIECE];
      for (int count = fill(stream, buffer); count > 0; count = fill(stream, buffer)) {
        stages.stopWhenHopeless();
        Belt.Piece piece = new Belt.Piece(buffer, count);
        part.append(piece);
        stages.toDigest.put(piece);
        if (packed) {
          stages.packedBytes.grow(count);
        } else {
          stages.toDisk.put(piece);
        }
        buffer = new byte[Belt.PIECE];
        if (System.nanoTime() >= nextProgress) {
          watch.progress(stream.offset(), stream.version().total());
          nextProgress = System.nanoTime() + BETWEEN_PROGRESS.toNanos();
        }
      }
    }
    watch.progress(stream.offset(), stream.offset());
    stages.toDigest.finish();
    if (packed) {
      stages.packedBytes.finish();
    } else {
      stages.toDisk.finish();
    }
  }

  /** Reads the part that is already here, for its digest. */
  private void replay(long here, Stages stages) throws IOException, InterruptedException {
    try (InputStream in = Files.newInputStream(files.part())) {
      for (long left = here; left > 0; ) {
        byte[] bytes = new byte[Belt.PIECE];
        int count = in.readNBytes(bytes, 0, (int) Math.min(bytes.length, left));
        if (count <= 0) {
          throw new ResumingStream.Changed(); // The part shrank meanwhile.
        }
        stages.stopWhenHopeless();
        Belt.Piece piece = new Belt.Piece(bytes, count);
        stages.toDigest.put(piece);
        left -= count;
      }
    }
  }

  private static int fill(ResumingStream stream, byte[] buffer) throws IOException {
    int filled = 0;
    while (filled < buffer.length) {
      int count = stream.read(buffer, filled);
      if (count < 0) {
        break;
      }
      filled += count;
    }
    return filled;
  }

  private static String hex(Belt from, String algorithm) throws IOException, InterruptedException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance(algorithm.replaceFirst("^sha(?=\\d)", "SHA-"));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalArgumentException("digest algorithm " + algorithm, e);
    }
    for (Belt.Piece piece = from.take(); piece != null; piece = from.take()) {
      digest.update(piece.bytes(), 0, piece.length());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private long unpack(GrowingFile from, Belt to) throws IOException, InterruptedException {
    long length = 0;
    try (InputStream file = from.stream();
        InputStream in = Unpacked.stream(file, fetch.compression(), fetch.member(), fetch.url())) {
      while (true) {
        byte[] bytes = to.buffer();
        int count = in.readNBytes(bytes, 0, bytes.length);
        if (count <= 0) {
          break;
        }
        length += count;
        if (length > limits.unpacked()) {
          throw unpackTooLarge();
        }
        to.put(new Belt.Piece(bytes, count));
      }
      to.finish();
      return length;
    } catch (Throwable e) {
      to.breakOff(e); // Even out of memory, or the threads behind would wait for ever.
      throw e;
    }
  }

  /** Unpacks by a program that writes the image itself, and looks after it. */
  private long unpackInto(GrowingFile from, List<String> program, Path image) throws IOException {
    try (FileChannel file =
            Modes.open(image, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), 0640);
        InputStream in = from.stream();
        ProgramStream unpacker = Unpacked.into(image, program, in)) {
      boolean ended;
      do {
        ended = unpacker.ends(BETWEEN_LOOKS);
        if (file.size() > limits.unpacked()) {
          throw unpackTooLarge();
        }
        checkReserve(image);
        file.force(ended); // Little by little, or all of it is left to wait for at the end.
      } while (!ended);
      return file.size();
    } catch (IOException e) {
      checkReserve(image); // What the program says of a full disk is no trouble of the bytes.
      throw e;
    }
  }

  private void checkReserve(Path image) {
    if (FileTrouble.free(image) < limits.reserve()) {
      throw FileTrouble.diskFull(image, limits.reserve()).raise();
    }
  }

  private long write(Belt from, Path image, long start) throws IOException, InterruptedException {
    try (SparseFile file = new SparseFile(image, start)) {
      long nextCheck = BETWEEN_SPACE_CHECKS;
      for (Belt.Piece piece = from.take(); piece != null; piece = from.take()) {
        file.write(piece.bytes(), piece.length());
        if (file.written() >= nextCheck) {
          nextCheck = file.written() + BETWEEN_SPACE_CHECKS;
          checkReserve(image);
        }
        if (packed) {
          from.giveBack(piece); // Else the digest's belt has it too.
        }
      }
      file.finish();
      return file.length();
    } catch (Belt.Broken e) {
      throw e;
    } catch (IOException e) {
      throw FileTrouble.writing(image, e);
    }
  }

  private ProblemException unpackTooLarge() {
    return HostSlug.UNPACK_TOO_LARGE
        .problem(
            fetch.url(),
            "the image unpacks to more than " + ByteCount.text(limits.unpacked()),
            "no image is that large; a small file that unpacks to a huge one is a trap",
            "check the address of the image")
        .raise();
  }

  /** The threads behind the pump, and what became of them. */
  private final class Stages {
    private final Belt toDigest = new Belt();
    private final Belt toDisk = new Belt();
    private final GrowingFile packedBytes = new GrowingFile(files.part());
    private final ExecutorService threads =
        Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().daemon().name("fetch-", 0).factory());
    private final Future<String> digest;
    private final Future<Long> unpacked;
    private final Future<Long> written;

    private Stages(Path image, long start) {
      digest = start(toDigest, () -> hex(toDigest, trusted.algorithm()));
      Optional<List<String>> program = Unpacked.straight(fetch.compression(), !trusted.isOpen());
      if (program.isPresent()) {
        unpacked = threads.submit(() -> unpackInto(packedBytes, program.get(), image));
        written = done();
      } else {
        unpacked = packed ? threads.submit(() -> unpack(packedBytes, toDisk)) : done();
        written = start(toDisk, () -> write(toDisk, image, start));
      }
    }

    /** A stage that ends, however it ends, lets the one before it go on. */
    private <T> Future<T> start(Belt from, Callable<T> work) {
      return threads.submit(
          () -> {
            try {
              return work.call();
            } finally {
              from.stopTaking();
            }
          });
    }

    private static Future<Long> done() {
      return CompletableFuture.completedFuture(0L);
    }

    /**
     * Ends the download early where more bytes cannot help. Bytes that cannot be unpacked do not
     * end it: only the digest of all of them tells whether the server or the catalogue is wrong.
     */
    private void stopWhenHopeless() {
      for (Future<?> stage : List.of(written, unpacked)) {
        if (stage.state() == Future.State.FAILED
            && stage.exceptionNow() instanceof ProblemException problem
            && STOPPING.contains(problem.first().slug())) {
          throw problem;
        }
      }
    }

    private String judge(ResumingStream stream) throws IOException, InterruptedException {
      String found = outcome(digest);
      if (!trusted.isOpen() && !found.equals(trusted.digest())) {
        boolean isCut = stream.version().total() < 0 && isEarlyEnd(failure(unpacked));
        throw isCut ? truncated(stream.offset()) : mismatch(found, stream.offset());
      }
      Throwable trouble = failure(unpacked);
      if (trouble instanceof ProblemException problem) {
        throw problem;
      }
      if (trouble != null) {
        throw unpackFailed(trouble);
      }
      outcome(written);
      return found;
    }

    private static <T> T outcome(Future<T> stage) throws IOException, InterruptedException {
      try {
        return stage.get();
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case RuntimeException runtime -> throw runtime;
          case IOException io -> throw io;
          case null, default -> throw new IllegalStateException(e.getCause());
        }
      }
    }

    private static @Nullable Throwable failure(Future<?> stage) throws InterruptedException {
      try {
        stage.get();
        return null;
      } catch (ExecutionException e) {
        return e.getCause();
      }
    }

    private void abort(Throwable cause) {
      toDigest.breakOff(cause);
      packedBytes.breakOff(cause);
      toDisk.breakOff(cause);
    }

    /** Waits for the threads; they end soon, because their belts have ended. */
    private void close() {
      boolean interrupted = Thread.interrupted();
      threads.close();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The bytes as published, kept so that a later process can go on; nothing when not packed. */
  private final class Part implements AutoCloseable {
    private final @Nullable FileChannel channel;

    private Part(long here) throws IOException {
      channel =
          packed
              ? Modes.open(
                  files.part(), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), 0640)
              : null;
      if (channel != null) {
        channel.truncate(here).position(here);
      }
    }

    private void append(Belt.Piece piece) {
      if (channel == null) {
        return;
      }
      ByteBuffer bytes = ByteBuffer.wrap(piece.bytes(), 0, piece.length());
      try {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      } catch (IOException e) {
        throw FileTrouble.writing(files.part(), e);
      }
    }

    @Override
    public void close() throws IOException {
      if (channel != null) {
        channel.close();
      }
    }
  }

  static boolean isEarlyEnd(@Nullable Throwable trouble) {
    String said = trouble == null ? "" : String.valueOf(trouble.getMessage());
    return trouble instanceof EOFException
        || said.contains("Unexpected end")
        || said.contains("ends unexpectedly")
        || said.contains("Truncated")
        || said.toLowerCase(Locale.ROOT).contains("premature end");
  }

  private ProblemException truncated(long length) {
    return HostSlug.DOWNLOAD_TRUNCATED
        .problem(
            fetch.url(),
            "only a part of '" + fetch.url() + "' came, " + length + " bytes",
            "the server does not say how long the file is, and its content ends in the middle",
            "try again later, or use another mirror")
        .raise();
  }

  private ProblemException mismatch(String found, long length) {
    return HostSlug.CHECKSUM_MISMATCH
        .problem(
            fetch.url(),
            "the bytes of '" + fetch.url() + "' are not the right ones",
            trusted.algorithm()
                + " is "
                + found
                + ", should be "
                + trusted.digest()
                + " ("
                + length
                + " bytes came)",
            "try again: a mirror may be in the middle of an update; if it stays, do not use it")
        .raise();
  }

  private ProblemException unpackFailed(Throwable trouble) {
    Problem problem =
        HostSlug.UNPACK_FAILED.problem(
            fetch.url(),
            "'" + fetch.url() + "' cannot be unpacked as " + fetch.compression(),
            String.valueOf(trouble.getMessage()),
            "the bytes are those that the publisher signed, so check the compression that is set");
    return new ProblemException(problem, trouble);
  }
}
