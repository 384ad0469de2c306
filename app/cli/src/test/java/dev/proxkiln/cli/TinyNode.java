package dev.proxkiln.cli;

import dev.proxkiln.sandbox.Sandbox;
import dev.proxkiln.sandbox.SandboxOptions;
import dev.proxkiln.sandbox.boot.BootMode;
import dev.proxkiln.testkit.FaultServer;
import dev.proxkiln.testkit.TinyImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What it takes to make templates: a sandbox node, and several tiny images on loopback and in the
 * user's catalogue, each with bytes of its own.
 */
public record TinyNode(Sandbox sandbox, FaultServer images) implements AutoCloseable {

  /**
   * Starts both below a folder.
   *
   * @param ids of the images; one whose ID begins with {@code bad} has a wrong checksum
   */
  public static TinyNode open(Path root, List<String> ids) throws IOException {
    InProcess program = new InProcess(root);
    Path state = program.layout().state().resolve("sandbox");
    Files.createDirectories(state);
    FaultServer images = FaultServer.http();
    TinyImages.offer(images, program.layout().config(), ids);
    return new TinyNode(
        Sandbox.open(SandboxOptions.in(state).withBootMode(BootMode.SIMULATED)), images);
  }

  @Override
  public void close() throws IOException {
    images.close();
    sandbox.close();
  }
}
