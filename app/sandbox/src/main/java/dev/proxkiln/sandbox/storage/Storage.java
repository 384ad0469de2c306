package dev.proxkiln.sandbox.storage;

import dev.proxkiln.sandbox.refusal.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One storage: what its type makes of names, formats, base volumes and clones. */
sealed interface Storage permits DirStorage, BlockStorage {
  /** Most disks of one guest on one storage. */
  int MOST_DISKS = 1024;

  /** What a volume can be used for. */
  enum Feature {
    /** Being the base of a linked clone. */
    CLONE,
    /** Becoming a base volume. */
    TEMPLATE,
    /** Being copied as a whole. */
    COPY
  }

  /**
   * Space of a storage in bytes.
   *
   * @param available what may still be written
   */
  record Space(long total, long used, long available) {}

  /** Its configuration. */
  Definition definition();

  /** Reads a volume name, refusing what this type would not call one. */
  VolumeName parse(String volume);

  /** The file behind a volume, whether or not it is there. */
  DiskFile file(String volume);

  /** Formats of images it takes. */
  SortedSet<String> formats();

  /** The format it takes when none is asked for. */
  String defaultFormat();

  /**
   * Makes an image.
   *
   * @param name empty for the next free one
   * @param kib size in KiB
   * @return the volume's name
   */
  String allocate(int vmid, String format, String name, long kib);

  /** Removes a volume; one that is not there is removed already. */
  void free(String volume);

  /** Makes a base volume of an image and returns its new name. */
  String createBase(String volume);

  /** Makes a linked clone of a base volume and returns its name. */
  String cloneBase(String volume, int vmid);

  /** Whether a volume can be used that way. */
  boolean can(Feature feature, String volume);

  /** Makes an image larger; the size in bytes. */
  void resize(String volume, long bytes);

  /** Size of an image in bytes, empty when there is none. */
  default Optional<Long> size(String volume) {
    DiskFile file = file(volume);
    return Files.exists(file.path())
        ? Optional.of(Images.header(file.path(), file.format()).virtualSize())
        : Optional.empty();
  }

  /** Its images, of one guest or, with 0, of all. */
  List<VolumeRow> images(int vmid);

  /** Folder of everything it holds. */
  Path folder();

  /** Its space. */
  Space space();

  /** The next free disk name of a guest; the number alone counts, whatever the extension. */
  static String nextDiskName(SortedSet<String> taken, String id, int vmid, String suffix) {
    Pattern disk = Pattern.compile("(?:vm|base|subvol|basevol)-" + vmid + "-disk-(\\d+)");
    Set<Integer> numbers = new HashSet<>();
    for (String name : taken) {
      Matcher matcher = disk.matcher(name);
      if (matcher.find()) {
        numbers.add(Integer.parseInt(matcher.group(1)));
      }
    }
    for (int i = 0; i < MOST_DISKS; i++) {
      if (!numbers.contains(i)) {
        return "vm-" + vmid + "-disk-" + i + suffix;
      }
    }
    throw Refusal.failed(
        "unable to allocate an image name for VM " + vmid + " in storage '" + id + "'");
  }
}
