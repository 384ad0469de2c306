package dev.proxkiln.host.fetch;

import dev.proxkiln.host.file.BlockStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A file that one thread writes while another reads it from the start. However far the reader falls
 * behind, the writer never waits: what is in between lies on disk, not in memory.
 */
final class GrowingFile {
  private final Path path;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long length;
  private boolean finished;
  private @Nullable Throwable broken;

  GrowingFile(Path path) {
    this.path = path;
  }

  /** Says that so many bytes were added. */
  void grow(long bytes) {
    change(() -> length += bytes);
  }

  /** Says that everything was written. */
  void finish() {
    change(() -> finished = true);
  }

  /** Says that nothing more will come because of trouble; what is there is not read any more. */
  void breakOff(Throwable cause) {
    change(() -> broken = cause);
  }

  private void change(Runnable how) {
    lock.lock();
    try {
      how.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for bytes behind a position; gives how many there are, 0 at the end. */
  private long behind(long position) throws IOException {
    lock.lock();
    try {
      while (length <= position && !finished && broken == null) {
        changed.await();
      }
      if (broken != null) {
        throw new Belt.Broken(broken);
      }
      return length - position;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped");
    } finally {
      lock.unlock();
    }
  }

  /** The reader's side. */
  InputStream stream() {
    return new BlockStream() {
      private @Nullable InputStream file;
      private long position;

      @Override
      public int read(byte[] target, int offset, int count) throws IOException {
        if (count == 0) {
          return 0;
        }
        long there = behind(position);
        if (there == 0) {
          return -1;
        }
        InputStream in = file;
        if (in == null) {
          in = Files.newInputStream(path);
          file = in;
        }
        int got = in.read(target, offset, (int) Math.min(count, there));
        if (got < 0) {
          throw new IOException("'" + path + "' became shorter while it was read");
        }
        position += got;
        return got;
      }

      @Override
      public void close() throws IOException {
        if (file != null) {
          file.close();
        }
      }
    };
  }
}
