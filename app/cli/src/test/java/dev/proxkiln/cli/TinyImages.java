package dev.proxkiln.cli;

import dev.proxkiln.testkit.FaultServer;
import dev.proxkiln.testkit.Images;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Several tiny images on loopback and in the user's catalogue, each with bytes of its own. */
final class TinyImages {
  private TinyImages() {}

  /**
   * Serves images and writes their entries for a program.
   *
   * @param ids of the images; one whose ID begins with {@code bad} has a wrong checksum
   */
  static void offer(FaultServer images, InProcess program, List<String> ids) throws IOException {
    List<String> sums = new ArrayList<>();
    StringBuilder entries =
        new StringBuilder("distribution: own\npublisher: this machine\nimages:\n");
    for (String id : ids) {
      byte[] image = Images.qcow2(1L << 30);
      // Behind the last cluster: no part of the disk, and different in each.
      image = java.util.Arrays.copyOf(image, image.length + 65536);
      byte[] own = id.getBytes(StandardCharsets.UTF_8);
      System.arraycopy(own, 0, image, image.length - own.length, own.length);
      images.serve("/" + id + ".qcow2", image);
      sums.add(digest(id.startsWith("bad") ? own : image) + "  " + id + ".qcow2");
      entries.append(
          """
            - id: %1$s
              title: Tiny image %1$s
              version: "1"
              memory: 64M
              min-disk: 1G
              virtual-size: 1G
              downloads:
                - url: ADDRESS/%1$s.qcow2
                  insecure: true
                  checksum: {url: "ADDRESS/SHA512SUMS", form: gnu, algorithm: sha512}
          """
              .formatted(id)
              .replace("ADDRESS", images.url("")));
    }
    images.serve("/SHA512SUMS", String.join("\n", sums) + "\n");
    Path folder = program.layout().config().resolve("templates/images");
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("tiny.yaml"), entries.toString());
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
