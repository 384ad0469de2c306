package dev.proxkiln.host.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A text file of lines that only grows. A line is on disk when {@link #append} returns; a line that
 * a crash cut off is dropped when the file is opened again. One writer at a time.
 */
public final class AppendLog implements AutoCloseable {
  private final Path file;

  /** Not a channel: an interrupt, which is how a run is stopped, would close it for good. */
  private final RandomAccessFile out;

  private AppendLog(Path file, RandomAccessFile out) {
    this.file = file;
    this.out = out;
  }

  /**
   * Opens a log to append to, or makes it; the folder must be there.
   *
   * @param mode permission bits of a new file, for example 0640
   * @throws dev.proxkiln.core.problem.ProblemException {@code file-unwritable}, {@code disk-full}
   */
  public static AppendLog open(Path file, int mode) {
    try {
      boolean isNew = !Files.exists(file);
      try (FileChannel channel =
          Modes.open(
              file,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
              mode)) {
        long whole = wholeLength(channel);
        if (whole < channel.size()) {
          channel.truncate(whole);
          channel.force(true);
        }
      }
      if (isNew) {
        AtomicFiles.syncFolder(file.toAbsolutePath().resolveSibling("."));
      }
      RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw");
      out.seek(out.length());
      return new AppendLog(file, out);
    } catch (IOException e) {
      throw FileTrouble.writing(file, e);
    }
  }

  /**
   * Adds one line and waits until it is on disk. When that goes wrong the file is as before.
   *
   * @param line text without a line break
   * @throws dev.proxkiln.core.problem.ProblemException {@code disk-full}, {@code file-unwritable}
   */
  public synchronized void append(String line) {
    write(line, true);
  }

  /** Adds one line without waiting for the disk, for output that need not survive a power cut. */
  public synchronized void note(String line) {
    write(line, false);
  }

  /**
   * The whole lines of a log; none when there is no such file.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code file-unreadable}
   */
  public static List<String> lines(Path file) {
    try {
      String text = Files.readString(file);
      List<String> lines = new ArrayList<>();
      int start = 0;
      for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
        lines.add(text.substring(start, end));
        start = end + 1;
      }
      return List.copyOf(lines);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw FileTrouble.reading(file, e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw FileTrouble.writing(file, e);
    }
  }

  private void write(String line, boolean sync) {
    if (line.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("a line of a log holds no line break");
    }
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      long before = out.getFilePointer();
      try {
        out.write(bytes);
        if (sync) {
          out.getFD().sync();
        }
      } catch (IOException e) {
        takeBack(before, e);
        throw e;
      }
    } catch (IOException e) {
      throw FileTrouble.writing(file, e);
    }
  }

  private void takeBack(long length, IOException reason) {
    try {
      out.setLength(length);
      out.seek(length);
    } catch (IOException e) {
      // The half line is dropped when the log is opened again.
      reason.addSuppressed(e);
    }
  }

  /** Length up to and with the last line break. */
  private static long wholeLength(FileChannel channel) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(8192);
    for (long end = channel.size(); end > 0; end -= block.capacity()) {
      long start = Math.max(0, end - block.capacity());
      block.clear().limit((int) (end - start));
      int at = 0;
      while (block.hasRemaining() && at >= 0) {
        at = channel.read(block, start + block.position());
      }
      for (int i = block.position() - 1; i >= 0; i--) {
        if (block.get(i) == '\n') {
          return start + i + 1;
        }
      }
    }
    return 0;
  }
}
