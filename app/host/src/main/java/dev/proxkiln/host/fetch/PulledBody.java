package dev.proxkiln.host.fetch;

import dev.proxkiln.host.HostSlug;
import dev.proxkiln.host.file.BlockStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, read by pulling. Unlike the JDK's own stream a read gives up when no byte
 * comes for a while, and only a few buffers are ever waiting.
 */
final class PulledBody extends BlockStream implements HttpResponse.BodySubscriber<PulledBody> {
  private static final int AHEAD = 8;

  /** What the network side hands over. */
  private sealed interface Piece {
    record Bytes(List<ByteBuffer> buffers) implements Piece {}

    record Broken(Throwable cause) implements Piece {}

    record End() implements Piece {}
  }

  private final Duration stall;
  private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
  private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
  private List<ByteBuffer> current = List.of();
  private int index;
  private boolean ended;

  PulledBody(Duration stall) {
    this.stall = stall;
  }

  @Override
  public CompletionStage<PulledBody> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    if (!subscription.complete(given)) {
      given.cancel();
      return;
    }
    given.request(AHEAD);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    pieces.add(new Piece.Bytes(buffers));
  }

  @Override
  public void onError(Throwable cause) {
    pieces.add(new Piece.Broken(cause));
  }

  @Override
  public void onComplete() {
    pieces.add(new Piece.End());
  }

  /**
   * Reads some bytes.
   *
   * @throws Passing when the line broke or nothing came for too long
   */
  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    ByteBuffer buffer = next();
    if (buffer == null) {
      return -1;
    }
    int count = Math.min(length, buffer.remaining());
    buffer.get(target, offset, count);
    return count;
  }

  private @Nullable ByteBuffer next() throws IOException {
    while (!ended) {
      while (index < current.size()) {
        if (current.get(index).hasRemaining()) {
          return current.get(index);
        }
        index++;
      }
      switch (take()) {
        case Piece.Bytes(List<ByteBuffer> buffers) -> {
          current = buffers;
          index = 0;
          subscription.thenAccept(s -> s.request(1));
        }
        case Piece.End _ -> ended = true;
        case Piece.Broken(Throwable cause) -> {
          ended = true;
          throw broken(cause);
        }
      }
    }
    return null;
  }

  private Piece take() throws IOException {
    try {
      Piece piece = pieces.poll(stall.toMillis(), TimeUnit.MILLISECONDS);
      if (piece == null) {
        throw new Passing(
            HostSlug.DOWNLOAD_STALLED, "no byte came for " + stall.toSeconds() + " s");
      }
      return piece;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped");
    }
  }

  private static Passing broken(Throwable cause) {
    String said = String.valueOf(cause.getMessage());
    // The words of the JDK's HTTP/1.1 reader for a body that is shorter than announced.
    boolean isCut = said.contains("bytes received") || said.contains("EOF");
    return isCut
        ? new Passing(HostSlug.DOWNLOAD_TRUNCATED, "the connection ended too early")
        : Passing.broken(said);
  }

  @Override
  public void close() {
    ended = true;
    subscription.thenAccept(Flow.Subscription::cancel);
    pieces.clear();
  }
}
