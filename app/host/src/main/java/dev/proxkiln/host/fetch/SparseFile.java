package dev.proxkiln.host.fetch;

import dev.proxkiln.host.file.Modes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A file that is written from front to back, with holes where there are only zeroes. A thread of
 * its own sends to the disk what was written, little by little, or all of it would be left to wait
 * for at the end.
 */
final class SparseFile implements AutoCloseable {
  /** The block size of the file systems that this runs on; a smaller hole saves nothing. */
  private static final int BLOCK = 4096;

  private static final byte[] ZEROES = new byte[BLOCK];

  /** Bytes that are worth a journey to the disk, and how often there may be as many. */
  private static final long MUCH = 32L << 20;

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  private final Path path;
  private final FileChannel channel;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread sending;
  private long position;
  private volatile long written;
  private volatile @Nullable IOException unsent;

  /**
   * Opens or makes a file.
   *
   * @param start where to go on; what is behind is cut off
   */
  SparseFile(Path path, long start) throws IOException {
    this.path = path;
    this.channel =
        Modes.open(path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), 0640);
    this.position = start;
    channel.truncate(start);
    this.sending = Thread.ofPlatform().daemon().name("fetch-sync").start(this::send);
  }

  private void send() {
    long sent = 0;
    long seen = 0;
    try {
      while (!ended.await(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
        long now = written;
        // A hole, like the free space at the end of a disk, is time to send the rest.
        if (now - sent >= MUCH || (now == seen && now > sent)) {
          channel.force(false);
          sent = now;
        }
        seen = now;
      }
    } catch (IOException e) {
      unsent = e; // The system tells it only once, so the next one would go well.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stopSending() throws InterruptedIOException {
    ended.countDown();
    try {
      sending.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped");
    }
  }

  /** Bytes so far, holes included. */
  long length() {
    return position;
  }

  /** Bytes that this object wrote, without holes. */
  long written() {
    return written;
  }

  void write(byte[] bytes, int length) throws IOException {
    int run = 0;
    for (int block = 0; block < length; block += BLOCK) {
      int end = Math.min(block + BLOCK, length);
      if (Arrays.equals(bytes, block, end, ZEROES, 0, end - block)) {
        flush(bytes, run, block);
        run = end;
      }
    }
    flush(bytes, run, length);
    position += length;
  }

  private void flush(byte[] bytes, int from, int to) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, from, to - from);
    long at = position + from;
    while (buffer.hasRemaining()) {
      at += channel.write(buffer, at);
    }
    written = written + to - from;
  }

  /** Gives the file its full length, which a hole at the end does not, and waits for the disk. */
  void finish() throws IOException {
    if (channel.size() < position) {
      // FileChannel cannot lengthen a file without writing to it.
      try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
        file.setLength(position);
      }
    }
    stopSending();
    IOException trouble = unsent;
    if (trouble != null) {
      throw trouble;
    }
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    try {
      stopSending();
    } finally {
      channel.close();
    }
  }
}
