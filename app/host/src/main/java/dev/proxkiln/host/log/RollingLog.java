package dev.proxkiln.host.log;

import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.file.Modes;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A log that several processes write to at once. Each line is added under a lock of its own file,
 * so that nobody writes to a file that another one just turned over. A full file becomes {@code
 * NAME.TIME.gz} beside it; the oldest of these go when all together are over the limit.
 *
 * <p>A process that is killed while it packs leaves the unpacked file, which the next one packs.
 */
public final class RollingLog {
  /** Mode of all its files. */
  public static final int MODE = 0640;

  /** Mode of its folder. */
  public static final int FOLDER_MODE = 0750;

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final String STAMPED = "\\.\\d{8}T\\d{6}\\.\\d{3}Z";
  private static final String PACKED = ".gz";
  private static final String HALF = ".new";

  /**
   * The operating system's locks are those of a process; its threads must take turns by themselves.
   */
  private static final Object ONE_AT_A_TIME = new Object();

  private final Path file;
  private final Limits limits;
  private final InstantSource clock;

  /**
   * How much is kept.
   *
   * @param file bytes of the file that is written to, before it is turned over
   * @param total bytes of all files together
   */
  public record Limits(long file, long total) {
    /** 4 MiB for a file, 32 MiB in all: packed, that is some hundred thousand lines. */
    public static final Limits USUAL = new Limits(4 << 20, 32 << 20);

    /**
     * The same with a file of at most an eighth of all, so that there is something to throw away.
     */
    public Limits fitting() {
      return new Limits(Math.min(file, total / 8), total);
    }
  }

  /** A log; its folder is made with the first line. */
  public RollingLog(Path file, Limits limits, InstantSource clock) {
    this.file = file.toAbsolutePath();
    this.limits = limits;
    this.clock = clock;
  }

  /**
   * Adds a line. An interrupt is put off until the line is there: it is how a run is stopped, and
   * what is said about that must not be lost.
   *
   * @param line text; a line break in it would make two lines of it
   * @throws IOException when the file cannot be written
   */
  public void append(String line) throws IOException {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    synchronized (ONE_AT_A_TIME) {
      boolean interrupted = Thread.interrupted();
      try {
        while (true) {
          try {
            locked(bytes);
            return;
          } catch (ClosedByInterruptException | FileLockInterruptionException e) {
            interrupted = true;
            boolean ignored = Thread.interrupted();
          }
        }
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private void locked(byte[] bytes) throws IOException {
    Modes.folder(folder(), FOLDER_MODE);
    try (FileChannel gate = gate();
        FileLock lock = gate.lock()) {
      if (lock.isValid() && Files.exists(file) && Files.size(file) + bytes.length > limits.file) {
        turnOver();
      }
      try (FileChannel out = open(file)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          out.write(buffer);
        }
      }
    }
  }

  /**
   * Makes room for the output of a program that is about to be started and writes to the file by
   * itself: a file that is full is turned over.
   *
   * @return the file
   * @throws dev.proxkiln.core.problem.ProblemException {@code file-unwritable}
   */
  public Path room() {
    try {
      Modes.folder(folder(), FOLDER_MODE);
      try (FileChannel gate = gate();
          FileLock lock = gate.lock()) {
        if (lock.isValid() && Files.exists(file) && Files.size(file) >= limits.file) {
          turnOver();
        }
        open(file).close();
      }
      return file;
    } catch (IOException e) {
      throw FileTrouble.writing(file, e);
    }
  }

  private FileChannel gate() throws IOException {
    return open(file.resolveSibling("." + file.getFileName() + ".lock"));
  }

  private static FileChannel open(Path path) throws IOException {
    return Modes.open(
        path,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
        MODE);
  }

  private Path folder() {
    return file.resolveSibling("").normalize();
  }

  private void turnOver() throws IOException {
    Files.move(file, unused(), StandardCopyOption.ATOMIC_MOVE);
    String name = file.getFileName().toString();
    for (Path old : named(name + STAMPED)) {
      pack(old);
    }
    List<Path> packed = named(name + STAMPED + "\\" + PACKED);
    long left = limits.total - limits.file;
    for (Path one : packed.reversed()) {
      left -= Files.size(one);
      if (left < 0) {
        Files.deleteIfExists(one);
      }
    }
  }

  /** Two may be turned over within one thousandth of a second. */
  private Path unused() {
    Instant now = clock.instant();
    while (true) {
      Path old = file.resolveSibling(file.getFileName() + "." + STAMP.format(now));
      if (!Files.exists(old) && !Files.exists(old.resolveSibling(old.getFileName() + PACKED))) {
        return old;
      }
      now = now.plusMillis(1);
    }
  }

  /** The whole packed file has its name, or nothing has. */
  private static void pack(Path old) throws IOException {
    Path packed = old.resolveSibling(old.getFileName() + PACKED);
    Path half = old.resolveSibling(packed.getFileName() + HALF);
    Files.deleteIfExists(half);
    try (FileChannel channel = open(half);
        OutputStream out = new GZIPOutputStream(Channels.newOutputStream(channel))) {
      Files.copy(old, out);
    }
    Files.move(half, packed, StandardCopyOption.ATOMIC_MOVE);
    Files.deleteIfExists(old);
  }

  /** Oldest first. */
  private List<Path> named(String pattern) throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files
          .filter(one -> one.getFileName().toString().matches(pattern))
          .sorted(Comparator.comparing(one -> one.getFileName().toString()))
          .toList();
    }
  }

  /**
   * The files of a log, oldest first, the one that is written to last; packed ones end in {@code
   * .gz}.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code file-unreadable}
   */
  public List<Path> files() {
    if (!Files.isDirectory(folder())) {
      return List.of();
    }
    try {
      List<Path> all =
          new ArrayList<>(
              named(file.getFileName() + STAMPED + "(?:\\" + PACKED + ")?").stream()
                  .filter(one -> !isBeingPacked(one))
                  .toList());
      if (Files.exists(file)) {
        all.add(file);
      }
      return all;
    } catch (IOException e) {
      throw FileTrouble.reading(folder(), e);
    }
  }

  private static boolean isBeingPacked(Path old) {
    return Files.exists(old.resolveSibling(old.getFileName() + PACKED));
  }

  /**
   * The text of one of {@link #files}, unpacked.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code file-unreadable}
   */
  public static InputStream read(Path one) {
    try {
      InputStream in = new BufferedInputStream(Files.newInputStream(one));
      return one.toString().endsWith(PACKED) ? new GZIPInputStream(in) : in;
    } catch (IOException e) {
      throw FileTrouble.reading(one, e);
    }
  }
}
