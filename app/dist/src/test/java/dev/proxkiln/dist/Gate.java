package dev.proxkiln.dist;

import dev.proxkiln.testkit.Content;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;

/** Content whose second half is not handed out before it is let go. */
record Gate(Content content, CountDownLatch gate) implements Content {

  static Gate of(byte[] bytes) {
    return new Gate(Content.of(bytes), new CountDownLatch(1));
  }

  void open() {
    gate.countDown();
  }

  @Override
  public long size() {
    return content.size();
  }

  @Override
  public String etag() {
    return content.etag();
  }

  @Override
  public InputStream from(long offset) throws IOException {
    long half = size() / 2;
    return new FilterInputStream(content.from(offset)) {
      private long at = offset;

      @Override
      public int read(byte[] buffer, int from, int length) throws IOException {
        if (at >= half) {
          try {
            gate.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
          }
        }
        int most = at < half ? (int) Math.min(length, half - at) : length;
        int n = super.read(buffer, from, most);
        at += Math.max(0, n);
        return n;
      }
    };
  }
}
