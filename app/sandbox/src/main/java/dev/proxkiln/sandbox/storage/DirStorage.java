package dev.proxkiln.sandbox.storage;

import dev.proxkiln.sandbox.refusal.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A directory (source: pve-storage Plugin.pm). */
final class DirStorage implements Storage {
  private static final Pattern CLONE = Pattern.compile("(\\d+)/([^/\\s]+)/(\\d+)/([^/\\s]+)");
  private static final Pattern IMAGE = Pattern.compile("(\\d+)/([^/\\s]+)");
  private static final Pattern NAME = Pattern.compile("(base-)?[^/\\s]+\\.(raw|qcow2|vmdk|subvol)");
  private static final Pattern FILE =
      Pattern.compile("(iso|vztmpl|backup|snippets|import)/([^/]+)");
  private static final Map<String, Pattern> EXTENSIONS =
      Map.of(
          "iso", Pattern.compile("(?i)[^/]+\\.(?:iso|img)"),
          "vztmpl", Pattern.compile("(?i)[^/]+\\.(?:tar|tar\\.(?:gz|xz|zst|bz2))"),
          "backup", Pattern.compile("[^/]+\\.(?:tgz|(?:tar|vma)(?:\\.(?:gz|lzo|zst))?)"),
          "snippets", Pattern.compile("[^/]+"),
          "import", Pattern.compile("[ a-zA-Z0-9\\-.+=_]+\\.(ova|ovf|qcow2|raw|vmdk)"));
  private static final Map<String, String> FOLDERS =
      Map.of(
          "images", "images",
          "iso", "template/iso",
          "vztmpl", "template/cache",
          "backup", "dump",
          "snippets", "snippets",
          "import", "import");

  private final Definition definition;
  private final Images images;
  private final Path folder;

  DirStorage(Definition definition, Images images, Path folder) {
    this.definition = definition;
    this.images = images;
    this.folder = folder;
    for (String kind : FOLDERS.keySet()) {
      if (definition.holds(kind)) {
        makeFolder(folder(kind));
      }
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

  /** Where files of a content type lie. */
  Path folder(String kind) {
    return folder.resolve(FOLDERS.getOrDefault(kind, kind));
  }

  @Override
  public VolumeName parse(String volume) {
    Matcher clone = CLONE.matcher(volume);
    if (clone.matches()) {
      nameOf(clone.group(2));
      VolumeName own = image(clone.group(4), Integer.parseInt(clone.group(3)));
      return new VolumeName(
          "images",
          own.name(),
          own.owner(),
          clone.group(2),
          Integer.parseInt(clone.group(1)),
          own.base(),
          own.format());
    }
    Matcher image = IMAGE.matcher(volume);
    if (image.matches()) {
      return image(image.group(2), Integer.parseInt(image.group(1)));
    }
    Matcher file = FILE.matcher(volume);
    Pattern extension = file.matches() ? EXTENSIONS.get(file.group(1)) : null;
    Matcher name = extension == null ? null : extension.matcher(file.group(2));
    if (name == null || !name.matches()) {
      throw Refusal.failed("unable to parse directory volume name '" + volume + "'");
    }
    String format = file.group(1).equals("import") ? name.group(1) : "raw";
    return VolumeName.file(file.group(1), file.group(2), format);
  }

  private static VolumeName image(String name, int owner) {
    Matcher parts = nameOf(name);
    return VolumeName.image(name, owner, parts.group(1) != null, parts.group(2));
  }

  private static Matcher nameOf(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      throw Refusal.failed("unable to parse volume filename '" + name + "'");
    }
    return parts;
  }

  @Override
  public DiskFile file(String volume) {
    VolumeName name = parse(volume);
    Path in = folder(name.type());
    Path path =
        name.type().equals("images")
            ? in.resolve(String.valueOf(name.owner())).resolve(name.name())
            : in.resolve(name.name());
    return new DiskFile(path, name.format());
  }

  @Override
  public SortedSet<String> formats() {
    return new TreeSet<>(List.of("qcow2", "raw", "subvol", "vmdk"));
  }

  @Override
  public String defaultFormat() {
    return "raw";
  }

  @Override
  public String allocate(int vmid, String format, String name, long kib) {
    Path own = folder("images").resolve(String.valueOf(vmid));
    makeFolder(own);
    String wanted = name.isEmpty() ? freeName(vmid, format) : name;
    String extension = nameOf(wanted).group(2);
    if (!extension.equals(format)) {
      throw Refusal.failed(
          "illegal name '"
              + wanted
              + "' - wrong extension for format ('"
              + extension
              + " != '"
              + format
              + "')");
    }
    Path path = own.resolve(wanted);
    if (Files.exists(path)) {
      throw Refusal.failed("disk image '" + path + "' already exists");
    }
    if (format.equals("subvol")) {
      throw Refusal.failed("storage does not support subvol quotas");
    }
    try {
      images.create(path, format, kib);
    } catch (Refusal e) {
      delete(path);
      removeIfEmpty(own);
      throw e;
    }
    return vmid + "/" + wanted;
  }

  private String freeName(int vmid, String format) {
    SortedSet<String> taken = new TreeSet<>();
    for (VolumeRow row : images(vmid)) {
      taken.add(row.volid().substring(row.volid().lastIndexOf('/') + 1));
    }
    return Storage.nextDiskName(taken, definition.id(), vmid, "." + format);
  }

  @Override
  public void free(String volume) {
    Path path = file(volume).path();
    delete(path);
    if (parse(volume).type().equals("images")) {
      Path parent = path.getParent();
      if (parent != null) {
        removeIfEmpty(parent);
      }
    }
  }

  @Override
  public String createBase(String volume) {
    VolumeName name = parse(volume);
    if (name.base()) {
      throw Refusal.failed("create_base not possible with base image");
    }
    String renamed = name.name().replaceFirst("^vm-", "base-");
    String base =
        name.baseName().isEmpty()
            ? name.owner() + "/" + renamed
            : name.baseOwner() + "/" + name.baseName() + "/" + name.owner() + "/" + renamed;
    Path path = file(volume).path();
    Path target = file(base).path();
    if (Files.exists(target)) {
      throw Refusal.failed("file '" + target + "' already exists");
    }
    try {
      Files.move(path, target);
      Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r--r--r--"));
    } catch (IOException e) {
      throw Refusal.failed("rename '" + path + "' to '" + target + "' failed - " + e.getMessage());
    }
    return base;
  }

  @Override
  public String cloneBase(String volume, int vmid) {
    VolumeName base = parse(volume);
    if (!base.base()) {
      throw Refusal.failed("clone_image only works on base images");
    }
    Path own = folder("images").resolve(String.valueOf(vmid));
    makeFolder(own);
    String name = freeName(vmid, "qcow2");
    images.overlay(own.resolve(name), "../" + base.owner() + "/" + base.name(), base.format());
    return base.owner() + "/" + base.name() + "/" + vmid + "/" + name;
  }

  @Override
  public boolean can(Feature feature, String volume) {
    VolumeName name = parse(volume);
    boolean image = List.of("qcow2", "raw", "vmdk").contains(name.format());
    return image
        && switch (feature) {
          case CLONE -> name.base();
          case TEMPLATE -> !name.base();
          case COPY -> true;
        };
  }

  @Override
  public void resize(String volume, long bytes) {
    DiskFile file = file(volume);
    if (!file.format().equals("raw") && !file.format().equals("qcow2")) {
      throw Refusal.failed("can't resize this image format");
    }
    images.resize(file.path(), file.format(), bytes);
  }

  @Override
  public List<VolumeRow> images(int vmid) {
    List<VolumeRow> rows = new ArrayList<>();
    for (Path own : list(folder("images"))) {
      String owner = String.valueOf(own.getFileName());
      if (!owner.matches("[0-9][0-9]+") || (vmid > 0 && !owner.equals(String.valueOf(vmid)))) {
        continue;
      }
      for (Path file : list(own)) {
        row(file, Integer.parseInt(owner), rows);
      }
    }
    return rows;
  }

  private void row(Path file, int owner, List<VolumeRow> rows) {
    String name = String.valueOf(file.getFileName());
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      return;
    }
    String format = parts.group(2);
    Images.Header header;
    try {
      header = Images.header(file, format.equals("qcow2") ? "qcow2" : "raw");
    } catch (UncheckedIOException | Refusal e) {
      return;
    }
    String volume = owner + "/" + name;
    Matcher parent = Pattern.compile("\\.\\./(\\d+)/([^/]+)").matcher(header.backing());
    if (parent.matches()) {
      volume = parent.group(1) + "/" + parent.group(2) + "/" + volume;
    }
    rows.add(
        new VolumeRow(
            definition.id() + ":" + volume,
            format,
            header.virtualSize(),
            size(file),
            owner,
            header.backing(),
            ctime(file),
            "images"));
  }

  /** Files of a content type other than images. */
  List<VolumeRow> files(String kind) {
    List<VolumeRow> rows = new ArrayList<>();
    Pattern extension = EXTENSIONS.get(kind);
    for (Path file : list(folder(kind))) {
      String name = String.valueOf(file.getFileName());
      if (extension == null || !extension.matcher(name).matches() || Files.isDirectory(file)) {
        continue;
      }
      String format =
          switch (kind) {
            case "iso" -> "iso";
            case "snippets" -> "snippet";
            case "vztmpl" -> "t" + name.substring(name.lastIndexOf('.') + 1);
            default -> name.substring(name.lastIndexOf('.') + 1);
          };
      rows.add(
          new VolumeRow(
              definition.id() + ":" + kind + "/" + name,
              format,
              size(file),
              -1,
              0,
              "",
              ctime(file),
              kind));
    }
    return rows;
  }

  @Override
  public Space space() {
    try {
      FileStore store = Files.getFileStore(folder);
      if (definition.capacity() == 0) {
        long total = store.getTotalSpace();
        long available = store.getUsableSpace();
        return new Space(total, total - store.getUnallocatedSpace(), available);
      }
      long used = images.used(folder);
      return new Space(definition.capacity(), used, Math.max(0, definition.capacity() - used));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void makeFolder(Path path) {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw Refusal.failed("unlink '" + path + "' failed - " + e.getMessage());
    }
  }

  private static void removeIfEmpty(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (DirectoryNotEmptyException e) {
      // Other images of the guest are still there.
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (NoSuchFileException | java.nio.file.NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }

  static long ctime(Path file) {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class)
          .lastModifiedTime()
          .toInstant()
          .getEpochSecond();
    } catch (IOException e) {
      return 0;
    }
  }
}
