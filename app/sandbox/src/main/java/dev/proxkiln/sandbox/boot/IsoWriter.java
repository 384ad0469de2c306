package dev.proxkiln.sandbox.boot;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.sandbox.refusal.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** ISO 9660 images with Joliet and Rock Ridge names, by genisoimage or xorriso. */
public final class IsoWriter {
  private static final List<Path> TOOLS =
      List.of(Path.of("/usr/bin/genisoimage"), Path.of("/usr/bin/xorriso"));

  private final Commands commands;
  private final Path scratch;

  /**
   * A writer.
   *
   * @param scratch folder for what is on its way
   */
  public IsoWriter(Commands commands, Path scratch) {
    this.commands = commands;
    this.scratch = scratch;
  }

  /**
   * Makes an image and hands it over; it is gone afterwards.
   *
   * @param label volume label
   * @param files content by name
   */
  public void write(String label, Map<String, String> files, Consumer<Path> taker) {
    Path folder = null;
    try {
      folder = Files.createTempDirectory(scratch, "iso-");
      Path content = Files.createDirectory(folder.resolve("content"));
      for (Map.Entry<String, String> file : files.entrySet()) {
        Files.writeString(content.resolve(file.getKey()), file.getValue());
      }
      Path iso = folder.resolve("image.iso");
      make(label, content, iso);
      taker.accept(iso);
    } catch (IOException e) {
      throw Refusal.failed("cannot write cloud-init ISO: " + e.getMessage());
    } finally {
      if (folder != null) {
        remove(folder);
      }
    }
  }

  private void make(String label, Path content, Path iso) {
    Path tool =
        TOOLS.stream()
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(
                () ->
                    Refusal.failed(
                        "unable to run 'genisoimage': install genisoimage or xorriso, which the"
                            + " sandbox node needs for cloud-init drives"));
    List<String> argv = new ArrayList<>(List.of(tool.toString()));
    if (tool.endsWith("xorriso")) {
      argv.addAll(List.of("-as", "mkisofs"));
    }
    argv.addAll(List.of("-quiet", "-iso-level", "3", "-J", "-R", "-V", label));
    argv.addAll(List.of("-o", iso.toString(), content.toString()));
    try {
      Commands.Ended ended = commands.run(Commands.Command.of(argv));
      if (!ended.ok()) {
        throw Refusal.failed(
            "command '" + String.join(" ", argv) + "' failed: exit code " + ended.exit());
      }
    } catch (ProblemException e) {
      throw Refusal.failed(String.valueOf(e.getMessage()));
    }
  }

  private static void remove(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      // What is left in the scratch folder harms nobody.
      return;
    }
  }
}
