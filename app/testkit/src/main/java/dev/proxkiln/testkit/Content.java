package dev.proxkiln.testkit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Bytes that a test server hands out. */
public interface Content {
  /** Number of bytes. */
  long size();

  /** The bytes from an offset on. */
  InputStream from(long offset) throws IOException;

  /** A strong validator without its quotes. */
  String etag();

  /** Bytes in memory. */
  static Content of(byte[] bytes) {
    byte[] copy = bytes.clone();
    String etag = digest("SHA-256", copy).substring(0, 16);
    return new Content() {
      @Override
      public long size() {
        return copy.length;
      }

      @Override
      public InputStream from(long offset) {
        return new ByteArrayInputStream(copy, (int) offset, (int) (copy.length - offset));
      }

      @Override
      public String etag() {
        return etag;
      }
    };
  }

  /** A file as it is at the time of each request. */
  static Content of(Path file) {
    return new Content() {
      @Override
      public long size() {
        try {
          return Files.size(file);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public InputStream from(long offset) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        return Channels.newInputStream(channel.position(offset));
      }

      @Override
      public String etag() {
        try {
          return Long.toHexString(Files.getLastModifiedTime(file).toMillis())
              + "-"
              + Long.toHexString(size());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  /** Lower-case hex of a digest, for example {@code SHA-512}. */
  static String digest(String algorithm, byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
