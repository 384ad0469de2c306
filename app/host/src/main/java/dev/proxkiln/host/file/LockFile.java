package dev.proxkiln.host.file;

import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.host.HostSlug;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * A lock between processes and threads: a file with the holder's process ID in it. The operating
 * system frees the lock when its holder dies, however it dies. The file stays, because deleting a
 * lock file lets two others lock different files of the same name.
 */
public final class LockFile implements AutoCloseable {
  /**
   * Locks that this process holds. It must be one for the whole process: POSIX drops all locks of a
   * process on a file when it closes any descriptor of that file (fcntl(2)), so a file that is
   * locked here must not even be opened again.
   */
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private static final int ATTEMPTS = 8;
  private static final Duration BETWEEN = Duration.ofMillis(25);

  private final Path key;
  private final FileChannel channel;

  private LockFile(Path key, FileChannel channel) {
    this.key = key;
    this.channel = channel;
  }

  /**
   * Takes the lock if it is free.
   *
   * @param file made with mode 0640 when missing; its folder must be there
   * @throws dev.proxkiln.core.problem.ProblemException {@code file-unwritable}
   */
  public static synchronized Optional<LockFile> tryTake(Path file) {
    try {
      Path key = key(file);
      if (!HELD_HERE.add(key)) {
        return Optional.empty();
      }
      FileChannel channel = null;
      FileLock lock = null;
      try {
        channel =
            Modes.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), 0640);
        lock = channel.tryLock();
        if (lock == null) {
          return Optional.empty();
        }
        writeHolder(channel);
        return Optional.of(new LockFile(key, channel));
      } finally {
        if (lock == null) {
          if (channel != null) {
            channel.close();
          }
          HELD_HERE.remove(key);
        }
      }
    } catch (IOException e) {
      throw FileTrouble.writing(file, e);
    }
  }

  /**
   * Takes the lock if it is free. Whoever looks whether it is held holds it for a moment, so a few
   * attempts are made within a fraction of a second.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code file-unwritable}
   */
  public static Optional<LockFile> attempt(Path file) {
    for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
      Optional<LockFile> lock = tryTake(file);
      if (lock.isPresent()) {
        return lock;
      }
      LockSupport.parkNanos(BETWEEN.toNanos());
    }
    return tryTake(file);
  }

  /**
   * Waits for the lock.
   *
   * @param most how long to wait
   * @param waiting called once, with the holder's process ID or -1, when the lock is not free
   * @throws dev.proxkiln.core.problem.ProblemException {@code lock-held} when the time is over,
   *     {@code stopped} when interrupted, {@code file-unwritable}
   */
  public static LockFile take(Path file, Duration most, LongConsumer waiting) {
    long end = System.nanoTime() + most.toNanos();
    boolean told = false;
    while (true) {
      Optional<LockFile> lock = tryTake(file);
      if (lock.isPresent()) {
        return lock.get();
      }
      if (System.nanoTime() > end) {
        throw held(file, most);
      }
      if (!told) {
        waiting.accept(holder(file));
        told = true;
      }
      pause(file);
    }
  }

  /** The process ID of the holder, or of the last one; -1 when not known. */
  public static long holder(Path file) {
    try {
      if (HELD_HERE.contains(key(file))) {
        return ProcessHandle.current().pid();
      }
      String text = Files.readString(file).strip();
      return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  /**
   * Whether somebody holds the lock right now. Those who only look share a lock for a moment: they
   * do not take one another for a holder, and leave the holder's process ID as it is.
   */
  public static synchronized boolean isHeld(Path file) {
    try {
      if (HELD_HERE.contains(key(file))) {
        return true;
      }
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        return channel.tryLock(0, Long.MAX_VALUE, true) == null;
      }
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw FileTrouble.reading(file, e);
    }
  }

  /** The folder that the lock file is in. */
  public Path folder() {
    return key.resolveSibling("").normalize();
  }

  /** Lets go. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw FileTrouble.writing(key, e);
    } finally {
      HELD_HERE.remove(key);
    }
  }

  private static Path key(Path file) throws IOException {
    Path absolute = file.toAbsolutePath();
    Path folder = absolute.getParent();
    return folder == null ? absolute : folder.toRealPath().resolve(absolute.getFileName());
  }

  private static void writeHolder(FileChannel channel) throws IOException {
    channel.truncate(0);
    String pid = ProcessHandle.current().pid() + "\n";
    channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
  }

  private static void pause(Path file) {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextInt(50, 150));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CoreSlug.STOPPED
          .problem(file.toString(), "stopped while waiting for a lock", "", "")
          .raise();
    }
  }

  private static RuntimeException held(Path file, Duration most) {
    long pid = holder(file);
    return HostSlug.LOCK_HELD
        .problem(
            file.toString(),
            "the lock '" + file + "' was not free within " + most.toSeconds() + " s",
            pid < 0 ? "" : "process " + pid + " holds it",
            "wait for the other run to end, then try again")
        .raise();
  }
}
