package dev.proxkiln.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Tiny disk images, as bytes. */
public final class Images {
  private static final int CLUSTER = 65536;

  private Images() {}

  /** An empty qcow2 image (version 3), four clusters long, that QEMU accepts. */
  public static byte[] qcow2(long virtualSize) {
    ByteBuffer image = ByteBuffer.allocate(4 * CLUSTER);
    image.putInt(0, 0x514649fb); // QFI\xfb
    image.putInt(4, 3);
    image.putInt(20, 16); // cluster bits
    image.putLong(24, virtualSize);
    long perTable = (long) CLUSTER * (CLUSTER / 8);
    image.putInt(36, (int) Math.max(1, (virtualSize + perTable - 1) / perTable));
    image.putLong(40, 3L * CLUSTER); // L1 table
    image.putLong(48, CLUSTER); // reference count table
    image.putInt(56, 1);
    image.putInt(96, 4); // reference counts of 16 bits
    image.putInt(100, 104); // header length; the end of the extensions follows as zeroes
    image.putLong(CLUSTER, 2L * CLUSTER);
    for (int cluster = 0; cluster < 4; cluster++) {
      image.putShort(2 * CLUSTER + 2 * cluster, (short) 1);
    }
    return image.array();
  }

  /** A qcow2 image of a given length, whose bytes behind the header mean nothing to QEMU. */
  public static byte[] qcow2OfLength(long virtualSize, int length) {
    byte[] noise = noise(length, length);
    System.arraycopy(qcow2(virtualSize), 0, noise, 0, Math.min(length, 4 * CLUSTER));
    return noise;
  }

  /** A qcow2 image over another one. */
  public static byte[] qcow2WithBackingFile(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer image = ByteBuffer.wrap(qcow2(1 << 20));
    image.putLong(8, 512).putInt(16, bytes.length);
    image.put(512, bytes);
    return image.array();
  }

  /** A qcow2 image that keeps its content in another file. */
  public static byte[] qcow2WithExternalContent(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer image = ByteBuffer.wrap(qcow2(1 << 20));
    image.putLong(72, 4); // incompatible feature bit 2: external file
    image.putInt(104, 0x44415441).putInt(108, bytes.length); // DATA
    image.put(112, bytes);
    return image.array();
  }

  /** A raw disk with a boot sector, noise in some places and zeroes in most. */
  public static byte[] raw(int length) {
    byte[] image = new byte[length];
    byte[] noise = noise(4096, 1);
    for (int at = 4096; at + 4096 <= length; at += 64 * 4096) {
      System.arraycopy(noise, 0, image, at, 4096);
    }
    image[510] = 0x55;
    image[511] = (byte) 0xaa;
    return image;
  }

  /** Bytes that do not compress; the same for the same seed. */
  public static byte[] noise(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
