package dev.proxkiln.sandbox.storage;

import dev.proxkiln.sandbox.refusal.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Thick LVM, LVM-thin and ZFS pools (source: pve-storage LVMPlugin, LvmThinPlugin, ZFSPoolPlugin).
 *
 * <p>A volume is a file of its name. A linked clone is a qcow2 overlay named {@code NAME.overlay}:
 * over the base volume's file on ZFS, where the base cannot go away before it, and over a hard link
 * to that file on LVM-thin, where it can.
 */
final class BlockStorage implements Storage {
  private static final Pattern LVM_NAME =
      Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9\\-_.]*[a-zA-Z0-9]");
  private static final Pattern THICK = Pattern.compile("vm-(\\d+)-\\S+");
  private static final Pattern THIN = Pattern.compile("(vm|base)-(\\d+)-\\S+");
  private static final Pattern ZFS =
      Pattern.compile("(?:((?:base|basevol)-(\\d+)-\\S+)/)?((base|basevol|vm|subvol)-(\\d+)-\\S+)");
  private static final String OVERLAY = ".overlay";
  private static final String ORIGIN = ".origin-";

  /** Size of a physical extent in bytes. */
  static final long EXTENT = 4L << 20;

  private enum Kind {
    THICK,
    THIN,
    ZFS
  }

  private final Definition definition;
  private final Images images;
  private final Path folder;
  private final Kind kind;

  BlockStorage(Definition definition, Images images, Path folder) {
    this.definition = definition;
    this.images = images;
    this.folder = folder;
    this.kind =
        switch (definition.type()) {
          case "lvm" -> Kind.THICK;
          case "lvmthin" -> Kind.THIN;
          default -> Kind.ZFS;
        };
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Definition definition() {
    return definition;
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public VolumeName parse(String volume) {
    if (kind == Kind.ZFS) {
      Matcher zfs = ZFS.matcher(volume);
      if (!zfs.matches() || zfs.group(3).contains("/")) {
        throw Refusal.failed("unable to parse zfs volume name '" + volume + "'");
      }
      boolean subvolume = zfs.group(4).equals("subvol") || zfs.group(4).equals("basevol");
      return new VolumeName(
          "images",
          zfs.group(3),
          Integer.parseInt(zfs.group(5)),
          zfs.group(1) == null ? "" : zfs.group(1),
          zfs.group(2) == null ? 0 : Integer.parseInt(zfs.group(2)),
          zfs.group(4).startsWith("base"),
          subvolume ? "subvol" : "raw");
    }
    if (!LVM_NAME.matcher(volume).matches()) {
      throw Refusal.failed("lvm name '" + volume + "' contains illegal characters");
    }
    Matcher name = (kind == Kind.THICK ? THICK : THIN).matcher(volume);
    if (!name.matches()) {
      throw Refusal.failed("unable to parse lvm volume name '" + volume + "'");
    }
    boolean base = kind == Kind.THIN && name.group(1).equals("base");
    int owner = Integer.parseInt(name.group(kind == Kind.THICK ? 1 : 2));
    String format = kind == Kind.THICK && volume.endsWith(".qcow2") ? "qcow2" : "raw";
    return VolumeName.image(volume, owner, base, format);
  }

  @Override
  public DiskFile file(String volume) {
    return fileOf(parse(volume).name());
  }

  private DiskFile fileOf(String name) {
    Path overlay = folder.resolve(name + OVERLAY);
    return Files.exists(overlay)
        ? new DiskFile(overlay, "qcow2")
        : new DiskFile(folder.resolve(name), "raw");
  }

  @Override
  public SortedSet<String> formats() {
    return kind == Kind.ZFS
        ? new TreeSet<>(List.of("raw", "subvol"))
        : new TreeSet<>(List.of("raw"));
  }

  @Override
  public String defaultFormat() {
    return "raw";
  }

  @Override
  public String allocate(int vmid, String format, String name, long kib) {
    checkFormat(format);
    if (!name.isEmpty() && !name.startsWith("vm-" + vmid + "-")) {
      throw Refusal.failed("illegal name '" + name + "' - should be 'vm-" + vmid + "-*'");
    }
    String wanted = name.isEmpty() ? freeName(vmid) : name;
    parse(wanted);
    if (exists(wanted)) {
      throw Refusal.failed(
          kind == Kind.ZFS
              ? "zfs error: cannot create '" + dataset(wanted) + "': dataset already exists"
              : "lvcreate '"
                  + group()
                  + "/"
                  + wanted
                  + "' error:   Logical Volume \""
                  + wanted
                  + "\" already exists in volume group \""
                  + group()
                  + "\"");
    }
    long bytes = rounded(kib * 1024);
    checkSpace(wanted, bytes);
    images.create(folder.resolve(wanted), "raw", bytes / 1024);
    return wanted;
  }

  private void checkFormat(String format) {
    if (kind == Kind.THICK && format.equals("qcow2")) {
      throw Refusal.failed(
          "snapshot-as-volume-chain option need to be enabled to use qcow2 format");
    }
    if (!format.equals("raw")) {
      throw Refusal.failed("unsupported format '" + format + "'");
    }
  }

  private long rounded(long bytes) {
    return kind == Kind.ZFS ? Sizes.roundUp(bytes, 1L << 20) : Sizes.roundUp(bytes, EXTENT);
  }

  /** Thick volumes must fit at once; thin ones are refused only when the pool is used up. */
  private void checkSpace(String name, long bytes) {
    if (kind == Kind.THICK) {
      long free = space().available() / EXTENT;
      long needed = bytes / EXTENT;
      if (needed > free) {
        throw Refusal.failed(
            "lvcreate '"
                + group()
                + "/"
                + name
                + "' error:   Volume group \""
                + group()
                + "\" has insufficient free space ("
                + free
                + " extents): "
                + needed
                + " required.");
      }
    } else if (space().available() <= 0) {
      throw Refusal.failed(
          kind == Kind.ZFS
              ? "zfs error: cannot create '" + dataset(name) + "': out of space"
              : "lvcreate '"
                  + group()
                  + "/"
                  + name
                  + "' error:   Cannot create new thin volume, free space in thin pool "
                  + group()
                  + "/"
                  + definition.settings().getOrDefault("thinpool", "data")
                  + " reached threshold.");
    }
  }

  private String freeName(int vmid) {
    return Storage.nextDiskName(names(), definition.id(), vmid, "");
  }

  private SortedSet<String> names() {
    SortedSet<String> names = new TreeSet<>();
    try (Stream<Path> entries = Files.list(folder)) {
      entries
          .map(path -> String.valueOf(path.getFileName()))
          .filter(name -> !name.startsWith("."))
          .forEach(
              name ->
                  names.add(
                      name.endsWith(OVERLAY)
                          ? name.substring(0, name.length() - OVERLAY.length())
                          : name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  private boolean exists(String name) {
    return Files.exists(fileOf(name).path());
  }

  @Override
  public void free(String volume) {
    DiskFile file = file(volume);
    if (!Files.exists(file.path())) {
      return;
    }
    String backing = Images.header(file.path(), file.format()).backing();
    delete(file.path());
    dropOrigin(backing);
  }

  /** Removes a hidden origin, and its own, once no overlay needs it. */
  private void dropOrigin(String backing) {
    if (!backing.startsWith(ORIGIN)) {
      return;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      boolean needed =
          entries.anyMatch(
              path -> overlay(path) && Images.header(path, "qcow2").backing().equals(backing));
      if (needed) {
        return;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Path origin = folder.resolve(backing);
    String further = overlay(origin) ? Images.header(origin, "qcow2").backing() : "";
    delete(origin);
    dropOrigin(further);
  }

  private static boolean overlay(Path path) {
    return String.valueOf(path.getFileName()).endsWith(OVERLAY);
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String createBase(String volume) {
    VolumeName name = parse(volume);
    if (kind == Kind.THICK) {
      throw Refusal.failed("can't create base images in lvm storage");
    }
    if (name.base()) {
      throw Refusal.failed("create_base not possible with base image");
    }
    String renamed = name.name().replaceFirst("^vm-", "base-");
    DiskFile file = fileOf(name.name());
    Path target = folder.resolve(file.format().equals("qcow2") ? renamed + OVERLAY : renamed);
    try {
      if (Files.exists(target)) {
        throw Refusal.failed("target volume '" + renamed + "' already exists");
      }
      Files.move(file.path(), target);
      Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r--r--r--"));
    } catch (IOException e) {
      throw Refusal.failed(
          "lvrename '" + group() + "/" + name.name() + "' => '" + renamed + "' error");
    }
    return name.baseName().isEmpty() ? renamed : name.baseName() + "/" + renamed;
  }

  @Override
  public String cloneBase(String volume, int vmid) {
    VolumeName base = parse(volume);
    if (kind == Kind.THICK) {
      throw Refusal.failed("can't clone images in lvm storage");
    }
    if (!base.base()) {
      throw Refusal.failed("clone_image only works on base images");
    }
    DiskFile origin = fileOf(base.name());
    String name = freeName(vmid);
    String backing = String.valueOf(origin.path().getFileName());
    if (kind == Kind.THIN) {
      backing = ORIGIN + UUID.randomUUID() + (origin.format().equals("qcow2") ? OVERLAY : "");
      try {
        Files.createLink(folder.resolve(backing), origin.path());
      } catch (IOException e) {
        throw Refusal.failed("clone image '" + group() + "/" + base.name() + "' error");
      }
    }
    images.overlay(folder.resolve(name + OVERLAY), backing, origin.format());
    return kind == Kind.THIN ? name : base.name() + "/" + name;
  }

  @Override
  public boolean can(Feature feature, String volume) {
    boolean base = parse(volume).base();
    return switch (feature) {
      case COPY -> true;
      case CLONE -> kind != Kind.THICK && base;
      case TEMPLATE -> kind != Kind.THICK && !base;
    };
  }

  @Override
  public void resize(String volume, long bytes) {
    DiskFile file = file(volume);
    long wanted = rounded(bytes);
    long now = Images.header(file.path(), file.format()).virtualSize();
    if (kind == Kind.THICK && wanted - now > space().available()) {
      throw Refusal.failed(
          "error resizing volume '/dev/"
              + group()
              + "/"
              + volume
              + "':   Insufficient free space: "
              + (wanted - now) / EXTENT
              + " extents needed, but only "
              + space().available() / EXTENT
              + " available");
    }
    images.resize(file.path(), file.format(), wanted);
  }

  @Override
  public List<VolumeRow> images(int vmid) {
    List<VolumeRow> rows = new ArrayList<>();
    for (String name : names()) {
      VolumeName parsed;
      try {
        parsed = parse(name);
      } catch (Refusal e) {
        continue;
      }
      if (vmid > 0 && parsed.owner() != vmid) {
        continue;
      }
      DiskFile file = fileOf(name);
      Images.Header header = Images.header(file.path(), file.format());
      String parent = kind == Kind.ZFS ? header.backing() : "";
      if (parent.endsWith(OVERLAY)) {
        parent = parent.substring(0, parent.length() - OVERLAY.length());
      }
      rows.add(
          new VolumeRow(
              definition.id() + ":" + (parent.isEmpty() ? "" : parent + "/") + name,
              "raw",
              header.virtualSize(),
              -1,
              parsed.owner(),
              parent.isEmpty() ? "" : parent + "@__base__",
              DirStorage.ctime(file.path()),
              "images"));
    }
    return rows;
  }

  @Override
  public Space space() {
    long capacity = definition.capacity() == 0 ? Long.MAX_VALUE / 2 : definition.capacity();
    long used =
        kind == Kind.THICK
            ? images(0).stream().mapToLong(VolumeRow::size).sum()
            : images.used(folder);
    return new Space(capacity, Math.min(used, capacity), Math.max(0, capacity - used));
  }

  private String group() {
    return definition.settings().getOrDefault("vgname", "");
  }

  private String dataset(String name) {
    return definition.settings().getOrDefault("pool", "") + "/" + name;
  }
}
