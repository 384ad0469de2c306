package dev.proxkiln.host.fetch;

/**
 * How large things may get, in bytes.
 *
 * @param download most bytes of one download
 * @param unpacked most bytes of one unpacked image, holes included
 * @param document most bytes of a checksum file or a signature
 * @param reserve free space that is left on the file system
 */
public record Limits(long download, long unpacked, int document, long reserve) {
  /** 64 GiB to download, 1 TiB to unpack, 8 MiB a checksum file, 128 MiB left free. */
  public static final Limits USUAL = new Limits(64L << 30, 1L << 40, 8 << 20, 128L << 20);
}
