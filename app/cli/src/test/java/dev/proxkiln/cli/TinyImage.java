package dev.proxkiln.cli;

import dev.proxkiln.testkit.FaultServer;
import dev.proxkiln.testkit.Images;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** One tiny image on loopback and in the user's catalogue, so that no test needs the network. */
public final class TinyImage {
  private TinyImage() {}

  /** Serves the image {@code tiny} and writes its entry for a program. */
  public static void offer(FaultServer images, InProcess program) throws IOException {
    byte[] image = Images.qcow2(1L << 30);
    images.serve("/tiny.qcow2", image);
    images.serve(
        "/SHA512SUMS", (digest(image) + "  tiny.qcow2\n").getBytes(StandardCharsets.UTF_8));
    Path folder = program.layout().config().resolve("templates/images");
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("tiny.yaml"),
        """
        distribution: own
        publisher: this machine
        images:
          - id: tiny
            title: Tiny image
            version: "1"
            memory: 64M
            min-disk: 1G
            virtual-size: 1G
            downloads:
              - url: ADDRESS/tiny.qcow2
                insecure: true
                checksum: {url: "ADDRESS/SHA512SUMS", form: gnu, algorithm: sha512}
        """
            .replace("ADDRESS", images.url("")));
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
