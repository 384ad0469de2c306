package dev.proxkiln.host.fetch;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Carries pieces of bytes from one thread to another, never more than a few at a time. The giver
 * waits when it is full, the taker when it is empty.
 */
final class Belt {
  /** Bytes of a piece, and pieces on the belt: 2 MiB at most. */
  static final int PIECE = 128 << 10;

  private static final int MOST = 16;

  /**
   * Bytes that nobody changes until they are given back.
   *
   * @param length how many of them count
   */
  record Piece(byte[] bytes, int length) {}

  /** What the taker gets when the giver broke off; the giver's own trouble is the one to tell. */
  static final class Broken extends IOException {
    private static final long serialVersionUID = 1L;

    Broken(Throwable cause) {
      super("the stage before this one broke off", cause);
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
  private final ArrayDeque<byte[]> spare = new ArrayDeque<>();
  private boolean finished;
  private boolean unwanted;
  private @Nullable Throwable broken;

  /** Puts a piece on the belt; when nobody wants any more, it is thrown away. */
  void put(Piece piece) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (pieces.size() >= MOST && !unwanted) {
        changed.await();
      }
      if (!unwanted) {
        pieces.add(piece);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The next piece, null at the end; throws when the giver broke off. */
  @Nullable Piece take() throws InterruptedException, IOException {
    lock.lockInterruptibly();
    try {
      while (pieces.isEmpty() && !finished && broken == null) {
        changed.await();
      }
      if (broken != null) {
        throw new Broken(broken);
      }
      Piece piece = pieces.poll();
      changed.signalAll();
      return piece;
    } finally {
      lock.unlock();
    }
  }

  /**
   * A buffer for the next piece: one that was {@linkplain #giveBack given back}, else a new one.
   */
  byte[] buffer() {
    lock.lock();
    try {
      byte[] used = spare.poll();
      return used == null ? new byte[PIECE] : used;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Says that a piece was used up, and that its bytes were on no other belt. Gigabytes of free
   * space then pass through a few buffers, which stay in the processor's cache.
   */
  void giveBack(Piece piece) {
    lock.lock();
    try {
      spare.add(piece.bytes());
    } finally {
      lock.unlock();
    }
  }

  /** Says that everything was given. */
  void finish() {
    change(() -> finished = true);
  }

  /** Says that nothing more will come because of trouble. */
  void breakOff(Throwable cause) {
    change(() -> broken = cause);
  }

  /** Says that the taker wants nothing more. */
  void stopTaking() {
    change(
        () -> {
          unwanted = true;
          pieces.clear();
        });
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
}
