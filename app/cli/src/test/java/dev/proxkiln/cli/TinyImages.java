package dev.proxkiln.cli;

import dev.proxkiln.testkit.FaultServer;
import java.io.IOException;
import java.util.List;

/** Several tiny images on loopback and in the user's catalogue, each with bytes of its own. */
public final class TinyImages {
  private TinyImages() {}

  /**
   * Serves images and writes their entries for a program.
   *
   * @param ids of the images; one whose ID begins with {@code bad} has a wrong checksum
   */
  public static void offer(FaultServer images, InProcess program, List<String> ids)
      throws IOException {
    dev.proxkiln.testkit.TinyImages.offer(images, program.layout().config(), ids);
  }
}
