package dev.proxkiln.host.file;

import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.host.HostSlug;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A lock between the nodes of a cluster: a folder in {@code /etc/pve/priv/lock}, which the cluster
 * file system lets one node make. It works as {@code cfs_lock} of PVE's {@code Cluster.pm}: setting
 * the time of a folder to 0 asks for it, and one that nobody renewed for two minutes is given away.
 * So it must be held for less than that.
 */
public final class ClusterLock implements AutoCloseable {
  private static final FileTime ASKING = FileTime.fromMillis(0);

  private final Path folder;

  private ClusterLock(Path folder) {
    this.folder = folder;
  }

  /**
   * Waits for the lock.
   *
   * @param folder the lock; its parent is made where it is missing
   * @param most how long to wait
   * @throws dev.proxkiln.core.problem.ProblemException {@code lock-held} when the time is over,
   *     {@code stopped} when interrupted, {@code file-unwritable}: without quorum nothing in the
   *     cluster file system can be changed
   */
  public static ClusterLock take(Path folder, Duration most) {
    long end = System.nanoTime() + most.toNanos();
    try {
      Path parent = folder.toAbsolutePath().getParent();
      if (parent != null && !Files.isDirectory(parent)) {
        Files.createDirectories(parent);
      }
      while (true) {
        try {
          Files.createDirectory(folder);
          return new ClusterLock(folder);
        } catch (FileAlreadyExistsException e) {
          ask(folder);
        }
        if (System.nanoTime() > end) {
          throw HostSlug.LOCK_HELD
              .problem(
                  folder.toString(),
                  "the lock '" + folder + "' was not free within " + most.toSeconds() + " s",
                  "another node of the cluster holds it, or died with it: then it is free after two"
                      + " minutes",
                  "try again")
              .raise();
        }
        Thread.sleep(ThreadLocalRandom.current().nextInt(50, 150));
      }
    } catch (IOException e) {
      throw FileTrouble.writing(folder, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CoreSlug.STOPPED
          .problem(folder.toString(), "stopped while waiting for a lock", "", "")
          .raise();
    }
  }

  private static void ask(Path folder) throws IOException {
    try {
      Files.setLastModifiedTime(folder, ASKING);
    } catch (NoSuchFileException e) {
      // It became free in this moment.
    }
  }

  /** Lets go. */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw FileTrouble.writing(folder, e);
    }
  }
}
