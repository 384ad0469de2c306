package dev.proxkiln.pve.model;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A volume's ID, {@code STORAGE:NAME}. The name's form is the storage plugin's own (pve-storage:
 * parse_volname of each); new ones are read back from the node and never made up.
 *
 * @param storage storage ID
 * @param name what follows the colon
 */
public record VolumeId(String storage, String name) {

  private static final Pattern FORM = Pattern.compile("([A-Za-z][\\w.-]*[A-Za-z0-9]):(\\S.*)");
  private static final Pattern CONTENT = Pattern.compile("(iso|vztmpl|backup|snippets|import)/.+");

  /** The part of a disk's name that says what it is and whose. */
  private static final Pattern DISK = Pattern.compile("(vm|base|subvol|basevol)-(\\d+)-([^/]+)");

  private static final Pattern CLOUD_INIT = Pattern.compile("vm-\\d+-cloudinit(?:\\.\\w+)?");
  private static final Pattern FOLDER = Pattern.compile("\\d+");

  public VolumeId {
    Grammar.storage(storage);
    if (name.isBlank() || name.indexOf(',') >= 0 || !name.equals(name.strip())) {
      throw new IllegalArgumentException("'" + name + "' is not the name of a volume");
    }
  }

  /** Reads {@code STORAGE:NAME}. */
  public static VolumeId parse(String text) {
    return find(text)
        .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is not a volume ID"));
  }

  /** Reads {@code STORAGE:NAME}, empty when the text is something else, for example a path. */
  public static Optional<VolumeId> find(String text) {
    Matcher form = FORM.matcher(text);
    return form.matches() && form.group(2).indexOf(',') < 0
        ? Optional.of(new VolumeId(form.group(1), form.group(2).strip()))
        : Optional.empty();
  }

  public String print() {
    return storage + ":" + name;
  }

  /** Content type by the name's folder: {@code iso}, {@code import} ..., else {@code images}. */
  public String content() {
    Matcher content = CONTENT.matcher(name);
    return content.matches() ? content.group(1) : "images";
  }

  /** The name without folders and without the base that a linked clone carries in it. */
  public String lastPart() {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /**
   * VM ID of the guest that owns it: the folder on file storages, else the number in the name;
   * empty for ISO images and the like.
   */
  public OptionalLong owner() {
    if (!content().equals("images")) {
      return OptionalLong.empty();
    }
    String[] parts = name.split("/", -1);
    if (parts.length >= 2 && FOLDER.matcher(parts[parts.length - 2]).matches()) {
      return OptionalLong.of(Long.parseLong(parts[parts.length - 2]));
    }
    Matcher disk = DISK.matcher(lastPart());
    return disk.matches() ? OptionalLong.of(Long.parseLong(disk.group(2))) : OptionalLong.empty();
  }

  /** Whether it is a template's disk; thick LVM keeps {@code vm-} names even then. */
  public boolean isBase() {
    Matcher disk = DISK.matcher(lastPart());
    return content().equals("images") && disk.matches() && disk.group(1).startsWith("base");
  }

  /** Whether it is a cloud-init drive. */
  public boolean isCloudInit() {
    return content().equals("images") && CLOUD_INIT.matcher(lastPart()).matches();
  }

  /**
   * The template's disk that it is a linked clone of, where the name says so: file storages, ZFS
   * and RBD; LVM-thin and btrfs do not.
   */
  public Optional<VolumeId> parent() {
    if (!content().equals("images")) {
      return Optional.empty();
    }
    String[] parts = name.split("/", -1);
    boolean files = parts.length == 4 && FOLDER.matcher(parts[0]).matches();
    boolean flat = parts.length == 2 && DISK.matcher(parts[0]).matches();
    if (files) {
      return Optional.of(new VolumeId(storage, parts[0] + "/" + parts[1]));
    }
    return flat ? Optional.of(new VolumeId(storage, parts[0])) : Optional.empty();
  }

  @Override
  public String toString() {
    return print();
  }
}
