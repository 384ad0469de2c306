package dev.proxkiln.sandbox.storage;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.sandbox.refusal.Refusal;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Disk images by {@code qemu-img}; sizes and sparse raw files without it, for speed. */
public final class Images {
  private static final int QCOW2_MAGIC = 0x514649fb;
  private static final Pattern PROGRESS = Pattern.compile("\\s*\\((\\d+(?:\\.\\d+)?)/100%\\)");
  private static final Duration LIMIT = Duration.ofHours(2);

  private final Commands commands;

  /** Images made by these commands. */
  public Images(Commands commands) {
    this.commands = commands;
  }

  /**
   * What an image says about itself.
   *
   * @param virtualSize in bytes
   * @param backing file name of the backing file as written, empty for none
   */
  record Header(long virtualSize, String backing) {}

  /**
   * What {@code qemu-img info} found out.
   *
   * @param size virtual size in bytes
   * @param used allocated bytes
   */
  public record Facts(String format, long size, long used) {}

  /** Size and backing file of a raw or qcow2 image, read without starting a program. */
  static Header header(Path file, String format) {
    try {
      if (!format.equals("qcow2")) {
        return new Header(Files.size(file), "");
      }
      try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
        if (in.readInt() != QCOW2_MAGIC) {
          throw Refusal.failed(
              "qemu-img: Could not open '" + file + "': Image is not in qcow2 format");
        }
        in.readInt();
        long backingAt = in.readLong();
        int backingLength = in.readInt();
        in.readInt();
        long size = in.readLong();
        String backing = "";
        if (backingAt > 0) {
          in.skipNBytes(backingAt - 32);
          backing = new String(in.readNBytes(backingLength), StandardCharsets.UTF_8);
        }
        return new Header(size, backing);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes an empty image; its size in KiB. */
  void create(Path file, String format, long kib) {
    if (format.equals("raw")) {
      try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
        raw.setLength(kib * 1024);
      } catch (IOException e) {
        throw Refusal.failed("unable to create image: " + e.getMessage());
      }
      return;
    }
    qemuImg("unable to create image", "create", "-q", "-f", format, file.toString(), kib + "K");
  }

  /** Makes an overlay whose backing file is named as given, relative to the overlay. */
  void overlay(Path file, String backing, String backingFormat) {
    qemuImg(
        "unable to create image",
        "create",
        "-q",
        "-f",
        "qcow2",
        "-F",
        backingFormat,
        "-b",
        backing,
        file.toString());
  }

  /** Makes an image larger. */
  void resize(Path file, String format, long bytes) {
    if (format.equals("raw")) {
      create(file, "raw", bytes / 1024);
      return;
    }
    qemuImg("failed to resize image", "resize", "-q", "-f", format, file.toString(), bytes + "");
  }

  /**
   * Replaces an image by the content of a raw file, padded to a size in bytes.
   *
   * @param content is padded itself on the way
   */
  void replace(Path content, long bytes, DiskFile target) {
    try (RandomAccessFile raw = new RandomAccessFile(content.toFile(), "rw")) {
      raw.setLength(Math.max(bytes, raw.length()));
    } catch (IOException e) {
      throw Refusal.failed("failed to write image: " + e.getMessage());
    }
    qemuImg(
        "failed to write image",
        "convert",
        "-f",
        "raw",
        "-O",
        target.format(),
        content.toString(),
        target.path().toString());
  }

  /**
   * Copies an image into one that was just made and is empty.
   *
   * @param percent told the progress, 0 to 100; what it throws stops the copy
   */
  public void copy(DiskFile source, DiskFile target, Consumer<Double> percent) {
    List<String> argv = new ArrayList<>();
    argv.addAll(List.of("qemu-img", "convert", "-U", "-p", "-n", "-f", source.format()));
    argv.addAll(List.of("-O", target.format(), source.path().toString()));
    boolean zero = target.format().equals("raw") && blank(target.path());
    if (zero) {
      // A fresh sparse file reads as zeroes, so zeroes need not be written.
      argv.add("--target-is-zero");
    }
    argv.add(target.path().toString());
    Commands.Ended ended;
    try {
      ended =
          commands.run(
              Commands.Command.of(argv).within(LIMIT),
              line -> {
                Matcher matcher = PROGRESS.matcher(line);
                if (matcher.matches()) {
                  percent.accept(Double.parseDouble(matcher.group(1)));
                }
              });
    } catch (ProblemException e) {
      throw Refusal.failed(
          Thread.currentThread().isInterrupted()
              ? "received interrupt"
              : "copy failed: " + e.getMessage());
    }
    if (!ended.ok()) {
      throw Refusal.failed(
          "copy failed: command '/usr/bin/"
              + String.join(" ", argv)
              + "' failed: exit code "
              + ended.exit()
              + (ended.err().isBlank() ? "" : " " + ended.err().strip()));
    }
  }

  private static boolean blank(Path file) {
    try {
      return Files.size(file) > 0;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Looks into an image that nobody vouches for (source: pve-storage Plugin.pm, file_size_info).
   *
   * @param format the format it must have, empty to find out
   * @throws Refusal for a backing file, an external data file, several extents, another format
   */
  public Facts untrusted(Path file, String format) {
    List<String> argv = new ArrayList<>(List.of("qemu-img", "info", "--output=json"));
    if (!format.isEmpty()) {
      argv.addAll(List.of("-f", format));
    }
    argv.add(file.toString());
    Commands.Ended ended = run(argv);
    if (!ended.ok()) {
      throw Refusal.failed(
          "command '/usr/bin/"
              + String.join(" ", argv)
              + "' failed: exit code "
              + ended.exit()
              + (ended.err().isBlank() ? "" : "\n" + ended.err().strip()));
    }
    JsonNode info;
    try {
      info = JsonMapper.shared().readTree(ended.out());
    } catch (JacksonException e) {
      throw Refusal.failed("could not parse qemu-img info command output for '" + file + "'");
    }
    JsonNode specific = info.path("format-specific");
    JsonNode details = specific.path("data");
    if (specific.path("type").asString("").equals("qcow2") && details.has("data-file")) {
      throw Refusal.failed(file + ": 'data-file' references are not allowed!");
    }
    if (specific.path("type").asString("").equals("vmdk") && details.path("extents").size() > 1) {
      throw Refusal.failed(file + ": multiple children or extents are not allowed!");
    }
    if (info.has("backing-filename")) {
      throw Refusal.failed("backing file not allowed for untrusted image '" + file + "'!");
    }
    return new Facts(
        info.path("format").asString("raw"),
        info.path("virtual-size").asLong(0),
        info.path("actual-size").asLong(0));
  }

  /** Bytes that a folder's files take on disk. */
  long used(Path folder) {
    Commands.Ended ended = run(List.of("du", "-s", "-B1", folder.toString()));
    Matcher matcher = Pattern.compile("(\\d+)\\s.*", Pattern.DOTALL).matcher(ended.out());
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
  }

  private void qemuImg(String what, String... arguments) {
    List<String> argv = new ArrayList<>(List.of("qemu-img"));
    argv.addAll(List.of(arguments));
    Commands.Ended ended = run(argv);
    if (!ended.ok()) {
      throw Refusal.failed(what + ": " + lastLine(ended).orElse("exit code " + ended.exit()));
    }
  }

  private Commands.Ended run(List<String> argv) {
    try {
      return commands.run(Commands.Command.of(argv));
    } catch (ProblemException e) {
      throw Refusal.failed(String.valueOf(e.getMessage()));
    }
  }

  private static Optional<String> lastLine(Commands.Ended ended) {
    return ended.err().lines().filter(line -> !line.isBlank()).reduce((first, last) -> last);
  }
}
