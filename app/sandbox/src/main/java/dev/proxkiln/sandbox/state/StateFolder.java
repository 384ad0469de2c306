package dev.proxkiln.sandbox.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One sandbox's folder; open while this object is, by one process at a time. */
public final class StateFolder implements AutoCloseable {
  private static final AtomicLong SERIAL = new AtomicLong();

  private final Path root;
  private @Nullable FileChannel lock;

  private StateFolder(Path root) {
    this.root = root;
  }

  /**
   * Opens the folder, making it (mode 0700) when it is not there.
   *
   * @throws IOException when it cannot be made
   * @throws InUse when another server has it
   */
  public static StateFolder open(Path root) throws IOException, InUse {
    StateFolder folder = new StateFolder(root.toAbsolutePath().normalize());
    Files.createDirectories(
        folder.root,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    FileChannel channel =
        FileChannel.open(
            folder.root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      locked = channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      locked = false;
    } finally {
      if (!locked) {
        channel.close();
      }
    }
    if (!locked) {
      throw new InUse(folder.root);
    }
    folder.lock = channel;
    return folder;
  }

  /** The folder itself, absolute. */
  public Path root() {
    return root;
  }

  /** A path inside the folder; its parent is made when it is missing. */
  public Path path(String first, String... more) {
    Path path = root.resolve(Path.of(first, more));
    try {
      Path parent = path.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return path;
  }

  /** The text of a file, empty when there is none. */
  public static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Replaces a file as a whole, readable by its owner's group and others. */
  public static void write(Path file, String text) {
    write(file, text, "rw-r--r--");
  }

  /** Replaces a file as a whole, readable by its owner only from the first moment. */
  public static void writeSecret(Path file, String text) {
    write(file, text, "rw-------");
  }

  private static void write(Path file, String text, String mode) {
    Path beside =
        file.resolveSibling("." + file.getFileName() + "." + SERIAL.incrementAndGet() + ".new");
    FileAttribute<?> permissions =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
    try {
      Files.deleteIfExists(beside);
      try (FileChannel out =
          FileChannel.open(
              beside,
              java.util.Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              permissions)) {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
      }
      try {
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets another server have the folder. */
  @Override
  public void close() {
    FileChannel channel = lock;
    lock = null;
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Another server runs on this folder. */
  public static final class InUse extends Exception {
    private static final long serialVersionUID = 1L;

    InUse(Path root) {
      super("another sandbox runs on '" + root + "'");
    }
  }
}
