package dev.proxkiln.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Tiny images on loopback and in a user's catalogue, each with bytes of its own. */
public final class TinyImages {
  private TinyImages() {}

  /**
   * Serves images and writes their entries.
   *
   * @param config folder of the program's settings
   * @param ids of the images; one whose ID begins with {@code bad} has a wrong checksum
   */
  public static void offer(FaultServer images, Path config, List<String> ids) throws IOException {
    List<String> sums = new ArrayList<>();
    StringBuilder entries =
        new StringBuilder("distribution: own\npublisher: this machine\nimages:\n");
    for (String id : ids) {
      byte[] image = bytes(id);
      byte[] own = id.getBytes(StandardCharsets.UTF_8);
      images.serve("/" + id + ".qcow2", image);
      sums.add(
          Content.digest("SHA-512", id.startsWith("bad") ? own : image) + "  " + id + ".qcow2");
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
    Path folder = Files.createDirectories(config.resolve("templates/images"));
    Files.writeString(folder.resolve("tiny.yaml"), entries.toString());
  }

  /** The bytes of an image. */
  public static byte[] bytes(String id) {
    byte[] image = Images.qcow2(1L << 30);
    // Behind the last cluster: no part of the disk, and different in each.
    image = Arrays.copyOf(image, image.length + 65536);
    byte[] own = id.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(own, 0, image, image.length - own.length, own.length);
    return image;
  }
}
