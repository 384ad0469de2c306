package dev.proxkiln.host.image;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.Commands.Command;
import dev.proxkiln.core.port.Commands.Ended;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import dev.proxkiln.host.file.FileTrouble;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Checks that a file is a disk image of the right format that needs no other file: by its header,
 * and then by {@code qemu-img info} where that is installed.
 */
public final class ImageCheck {
  /** Formats that no storage takes; they have to become another one. */
  private static final Set<String> FOREIGN = Set.of("vdi", "vhd", "vhdx");

  private final Commands commands;

  /** A check that asks {@code qemu-img} through these commands. */
  public ImageCheck(Commands commands) {
    this.commands = commands;
  }

  /**
   * Checks an image.
   *
   * @param image the file
   * @param format what it must be: {@code qcow2}, {@code raw} or {@code vmdk}; {@code auto} for any
   *     of these
   * @param name how the image is called in problems, for example its address
   * @throws ProblemException {@code image-has-backing-file}, {@code image-not-an-image}, {@code
   *     image-format-differs}, {@code file-unreadable}
   */
  public Disk check(Path image, String format, String name) {
    Disk disk = byHeader(image, format, name);
    byQemu(image, disk, name);
    return disk;
  }

  /**
   * Checks that nothing of an image is missing or damaged, as far as its own tables say; where
   * {@code qemu-img} is not installed, nothing is. For files that no digest vouches for.
   *
   * @param disk what {@link #check} found
   * @throws ProblemException {@code image-not-an-image}
   */
  public void whole(Path image, Disk disk, String name) {
    if (disk.format().equals("raw")) {
      return;
    }
    Command check =
        Command.of(
                "qemu-img",
                "check",
                "-U",
                "-q",
                "-f",
                disk.format(),
                image.toAbsolutePath().toString())
            .within(Duration.ofMinutes(10));
    Ended ended;
    try {
      ended = commands.run(check);
    } catch (ProblemException e) {
      if (e.first().slug().equals(HostSlug.COMMAND_MISSING.text())) {
        return;
      }
      throw e;
    }
    // 3: space is wasted, nothing is lost; 63: this format has no check (qemu-img(1)).
    if (!ended.ok() && ended.exit() != 3 && ended.exit() != 63) {
      throw notAnImage(name, "it is damaged or cut off, says qemu-img check");
    }
  }

  private static Disk byHeader(Path image, String format, String name) {
    try {
      return switch (ImageHeader.read(image)) {
        case ImageHeader.Qcow2(_, Optional<String> others, _) when others.isPresent() ->
            throw needsOthers(name, others.get());
        case ImageHeader.Vmdk(_, Optional<String> others) when others.isPresent() ->
            throw needsOthers(name, others.get());
        case ImageHeader.Qcow2(_, _, Optional<String> flaw) when flaw.isPresent() ->
            throw notAnImage(name, flaw.get());
        case ImageHeader.Qcow2 qcow2 -> same("qcow2", qcow2.virtualSize(), format, name);
        case ImageHeader.Vmdk vmdk -> same("vmdk", vmdk.virtualSize(), format, name);
        case ImageHeader.Raw raw -> same("raw", raw.virtualSize(), format, name);
        case ImageHeader.OtherImage other -> throw differs(other.format(), format, name);
        case ImageHeader.Other other -> throw notAnImage(name, "it is " + other.what());
      };
    } catch (IOException e) {
      throw FileTrouble.reading(image, e);
    }
  }

  private void byQemu(Path image, Disk disk, String name) {
    // The format is given, so that a raw image with a qcow2 header at its start cannot name a file
    // of
    // this machine as its backing file; the absolute path cannot be taken for a protocol or json:.
    Command info =
        Command.of(
                "qemu-img",
                "info",
                "--output=json",
                "-U",
                "-f",
                disk.format(),
                image.toAbsolutePath().toString())
            .within(Duration.ofMinutes(1));
    Ended ended;
    try {
      ended = commands.run(info);
    } catch (ProblemException e) {
      if (e.first().slug().equals(HostSlug.COMMAND_MISSING.text())) {
        return;
      }
      throw e;
    }
    if (!ended.ok()) {
      String said = ended.err().replace(image.toAbsolutePath().toString(), name).strip();
      throw notAnImage(name, "qemu-img says: " + said);
    }
    compare(ended.out(), disk, name);
  }

  private static void compare(String json, Disk disk, String name) {
    JsonNode answer;
    try {
      answer = JsonMapper.shared().readTree(json);
    } catch (JacksonException e) {
      return; // A qemu-img that speaks another language has no objection to the image.
    }
    JsonNode specific = answer.path("format-specific").path("data");
    String backing = answer.path("backing-filename").asString("");
    String external = specific.path("data-file").asString("");
    if (!backing.isEmpty() || !external.isEmpty()) {
      throw needsOthers(name, backing.isEmpty() ? external : backing);
    }
    if (specific.path("corrupt").asBoolean(false)) {
      throw notAnImage(name, "it is marked as corrupt");
    }
    long size = answer.path("virtual-size").asLong(disk.virtualSize());
    // QEMU rounds the size of a raw image up to whole sectors.
    if (Math.abs(size - disk.virtualSize()) >= ImageHeader.SECTOR) {
      throw notAnImage(
          name, "its header says " + disk.virtualSize() + " bytes, qemu-img " + size + " bytes");
    }
  }

  private static Disk same(String found, long virtualSize, String wanted, String name) {
    if (!wanted.equals("auto") && !found.equals(wanted)) {
      throw differs(found, wanted, name);
    }
    if (virtualSize <= 0) {
      throw notAnImage(name, "its size is " + virtualSize + " bytes");
    }
    return new Disk(found, virtualSize);
  }

  private static ProblemException needsOthers(String name, String others) {
    return HostSlug.IMAGE_HAS_BACKING_FILE
        .problem(
            name,
            "the image needs another file: '" + others + "'",
            "an image from outside must not make this machine read files of its choosing",
            "use an image that stands on its own; 'qemu-img convert' makes one of a chain")
        .raise();
  }

  private static ProblemException notAnImage(String name, String why) {
    return HostSlug.IMAGE_NOT_AN_IMAGE
        .problem(name, "this is not a usable disk image", why, "check the address of the image")
        .raise();
  }

  private static ProblemException differs(String found, String wanted, String name) {
    return HostSlug.IMAGE_FORMAT_DIFFERS
        .problem(
            name,
            "the image is '"
                + found
                + "', not "
                + (wanted.equals("auto") ? "qcow2, raw or vmdk" : "'" + wanted + "'"),
            "",
            FOREIGN.contains(found)
                ? "convert it: qemu-img convert -O qcow2 FILE FILE.qcow2"
                : "say format '" + found + "', or check the address of the image")
        .raise();
  }
}
