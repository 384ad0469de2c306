package dev.proxkiln.host.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Writes files whole: beside, with their final mode from the start, fsync, rename, fsync of the
 * folder. A reader sees the old file or the new one. What a killed write left beside is swept away
 * by the next write or deletion of the same file.
 */
public final class AtomicFiles {
  private static final String SUFFIX = ".new";

  /** One for the whole process: no two writes may take the same name beside a file. */
  private static final AtomicLong COUNT = new AtomicLong();

  private final Consumer<Moment> watch;

  /** A moment of a write: the file beside is made, half full, full, on disk; then it is renamed. */
  public enum Moment {
    MADE,
    HALF,
    WRITTEN,
    SYNCED,
    RENAMED
  }

  /** Files that are written. */
  public AtomicFiles() {
    this(moment -> {});
  }

  /**
   * Files whose writes are watched, for tests that end a process at every moment of one.
   *
   * @param watch called at each moment
   */
  public AtomicFiles(Consumer<Moment> watch) {
    this.watch = watch;
  }

  /**
   * Writes a text file in UTF-8; see {@link #write(Path, byte[], int)}.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code disk-full}, {@code file-unwritable}
   */
  public void write(Path file, String content, int mode) {
    write(file, content.getBytes(StandardCharsets.UTF_8), mode);
  }

  /**
   * Writes a file whole; its folder must be there.
   *
   * @param mode permission bits, for example 0640
   * @throws dev.proxkiln.core.problem.ProblemException {@code disk-full}, {@code file-unwritable}
   */
  public void write(Path file, byte[] content, int mode) {
    Path beside = beside(file);
    try {
      sweep(file, false);
      try {
        fill(beside, content, mode);
        Files.move(
            beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        watch.accept(Moment.RENAMED);
      } catch (IOException e) {
        Files.deleteIfExists(beside);
        throw e;
      }
      syncFolder(folder(file));
    } catch (IOException e) {
      throw FileTrouble.writing(file, e);
    }
  }

  /**
   * Deletes a file and what killed writes left beside it; nothing happens when it is not there.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code file-unwritable}
   */
  public void delete(Path file) {
    try {
      sweep(file, true);
      if (Files.deleteIfExists(file)) {
        syncFolder(folder(file));
      }
    } catch (IOException e) {
      throw FileTrouble.writing(file, e);
    }
  }

  /** Makes a rename or a new name in a folder survive a power cut. */
  public static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private void fill(Path beside, byte[] content, int mode) throws IOException {
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel = Modes.open(beside, options, mode)) {
      watch.accept(Moment.MADE);
      int half = content.length / 2;
      write(channel, ByteBuffer.wrap(content, 0, half));
      watch.accept(Moment.HALF);
      write(channel, ByteBuffer.wrap(content, half, content.length - half));
      watch.accept(Moment.WRITTEN);
      channel.force(true);
      watch.accept(Moment.SYNCED);
    }
  }

  private static void write(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private static Path beside(Path file) {
    long pid = ProcessHandle.current().pid();
    return file.resolveSibling(prefix(file) + pid + "-" + COUNT.incrementAndGet() + SUFFIX);
  }

  private static void sweep(Path file, boolean ownToo) throws IOException {
    try (DirectoryStream<Path> leftovers =
        Files.newDirectoryStream(folder(file), entry -> isLeftover(file, entry, ownToo))) {
      for (Path leftover : leftovers) {
        Files.deleteIfExists(leftover);
      }
    } catch (NoSuchFileException e) {
      // Without the folder there are no leftovers in it.
    }
  }

  private static boolean isLeftover(Path file, Path entry, boolean ownToo) {
    String name = String.valueOf(entry.getFileName());
    String prefix = prefix(file);
    if (!name.startsWith(prefix) || !name.endsWith(SUFFIX)) {
      return false;
    }
    String pid = name.substring(prefix.length(), name.length() - SUFFIX.length());
    if (!pid.matches("\\d{1,18}-\\d{1,18}")) {
      return false;
    }
    long writer = Long.parseLong(pid.substring(0, pid.indexOf('-')));
    return writer == ProcessHandle.current().pid()
        ? ownToo
        : ProcessHandle.of(writer).filter(ProcessHandle::isAlive).isEmpty();
  }

  private static String prefix(Path file) {
    return "." + file.getFileName() + ".";
  }

  private static Path folder(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }
}
