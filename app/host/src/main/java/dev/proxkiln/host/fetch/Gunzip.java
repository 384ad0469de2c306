package dev.proxkiln.host.fetch;

import dev.proxkiln.host.file.BlockStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * What comes out of gzip streams that stand one after another, as pigz writes them. Bytes behind
 * the last one that begin no further stream are read and left out, as gzip(1) does: OpenWrt puts
 * its metadata there.
 */
final class Gunzip extends BlockStream {
  private static final int FIRST = 0x1f;
  private static final int SECOND = 0x8b;

  /** It can be marked, so that the library leaves it at the end of the stream that it has read. */
  private final BufferedInputStream packed;

  private InputStream stream;
  private boolean ended;

  /**
   * Opens the first stream.
   *
   * @throws IOException when there is none
   */
  Gunzip(InputStream in) throws IOException {
    packed = new BufferedInputStream(in, 1 << 16);
    stream = open();
  }

  private InputStream open() throws IOException {
    return GzipCompressorInputStream.builder().setInputStream(packed).get();
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    while (!ended) {
      int count = stream.read(target, offset, length);
      if (count >= 0) {
        return count;
      }
      if (another()) {
        stream = open();
      } else {
        packed.transferTo(OutputStream.nullOutputStream());
        ended = true;
      }
    }
    return -1;
  }

  private boolean another() throws IOException {
    packed.mark(2);
    boolean begins = packed.read() == FIRST && packed.read() == SECOND;
    packed.reset();
    return begins;
  }

  @Override
  public void close() throws IOException {
    packed.close();
  }
}
