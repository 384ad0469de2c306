package dev.proxkiln.host.file;

import java.nio.file.Path;
import java.time.Duration;

/** A process that holds a lock until it is killed. */
final class LockHolder {
  private LockHolder() {}

  public static void main(String[] args) throws InterruptedException {
    try (LockFile lock = LockFile.take(Path.of(args[0]), Duration.ofSeconds(5), pid -> {})) {
      System.out.println(lock == null ? "" : "locked");
      Thread.currentThread().join(); // for ever
    }
  }
}
