package dev.proxkiln.pve.model;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.pve.model.Options.Writer;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A drive of a VM: {@code scsi0}, {@code virtio1}, {@code ide2} ...
 *
 * @param source what is in it
 * @param size size as the node reports it; never sent for a new disk
 * @param format {@code raw}, {@code qcow2} or {@code vmdk}; only file storages have a choice
 * @param cdrom whether the guest sees a CD drive
 * @param discard whether freed blocks are given back to the storage
 * @param ssd whether the guest sees an SSD; not on virtio
 * @param iothread whether it has a thread of its own; on scsi only with virtio-scsi-single
 * @param cache cache mode, empty for the default (none)
 * @param more all other options, in order
 */
public record Drive(
    Source source,
    Optional<DiskSize> size,
    Optional<String> format,
    boolean cdrom,
    boolean discard,
    boolean ssd,
    boolean iothread,
    Optional<Cache> cache,
    SequencedMap<String, String> more) {

  /** What is in a drive. */
  public sealed interface Source {}

  /** A new empty disk, {@code STORAGE:GIB}; rounded up to a thousandth of a GiB. */
  public record Allocate(String storage, DiskSize size) implements Source {
    public Allocate {
      Grammar.storage(storage);
    }
  }

  /**
   * A new disk with the content of an image, {@code STORAGE:0,import-from=...}.
   *
   * @param from absolute path (root@pam only) or volume ID
   */
  public record Import(String storage, Text from) implements Source {
    public Import {
      Grammar.storage(storage);
      from.literal().ifPresent(Import::checkFrom);
    }

    private static void checkFrom(String from) {
      if (!from.startsWith("/") && VolumeId.find(from).isEmpty()) {
        throw new IllegalArgumentException("'" + from + "' is neither a path nor a volume ID");
      }
    }
  }

  /** A new cloud-init drive, {@code STORAGE:cloudinit}; a VM can have one. */
  public record CloudInit(String storage) implements Source {
    public CloudInit {
      Grammar.storage(storage);
    }
  }

  /** A volume that is there. */
  public record Existing(VolumeId volume) implements Source {}

  /** A device or file of the node by its path. */
  public record NodePath(String path) implements Source {
    public NodePath {
      if (!path.startsWith("/")) {
        throw new IllegalArgumentException("'" + path + "' is not an absolute path");
      }
    }
  }

  /** A CD drive without a medium, or with the node's own. */
  public record NoVolume(boolean physical) implements Source {}

  /** Cache modes. */
  public enum Cache {
    NONE,
    WRITETHROUGH,
    WRITEBACK,
    UNSAFE,
    DIRECTSYNC;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Cache of(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT));
    }
  }

  private static final Pattern NEW_DISK = Pattern.compile("([^/:\\s]+):(\\d+(?:\\.\\d+)?)");

  public Drive {
    more = Options.keep(more);
  }

  /** A drive without any option. */
  public static Drive of(Source source) {
    return new Drive(
        source,
        Optional.empty(),
        Optional.empty(),
        false,
        false,
        false,
        false,
        Optional.empty(),
        Options.keep(Map.of()));
  }

  public static Drive allocate(String storage, DiskSize size) {
    return of(new Allocate(storage, size));
  }

  public static Drive importing(String storage, Text from) {
    return of(new Import(storage, from));
  }

  public static Drive cloudInit(String storage) {
    return of(new CloudInit(storage));
  }

  /** An ISO image in a CD drive. */
  public static Drive iso(VolumeId volume) {
    return new Drive(
        new Existing(volume),
        Optional.empty(),
        Optional.empty(),
        true,
        false,
        false,
        false,
        Optional.empty(),
        Options.keep(Map.of()));
  }

  public Drive withDiscard(boolean on) {
    return new Drive(source, size, format, cdrom, on, ssd, iothread, cache, more);
  }

  public Drive withSsd(boolean on) {
    return new Drive(source, size, format, cdrom, discard, on, iothread, cache, more);
  }

  public Drive withIothread(boolean on) {
    return new Drive(source, size, format, cdrom, discard, ssd, on, cache, more);
  }

  public Drive withFormat(String name) {
    return new Drive(source, size, Optional.of(name), cdrom, discard, ssd, iothread, cache, more);
  }

  public Drive withCache(Cache mode) {
    return new Drive(source, size, format, cdrom, discard, ssd, iothread, Optional.of(mode), more);
  }

  /**
   * The same drive without what the bus of a slot does not know: {@code ssd} on virtio, {@code
   * iothread} on anything but scsi and virtio.
   *
   * @param slot for example {@code scsi0}
   */
  public Drive fitting(String slot) {
    boolean virtio = slot.startsWith("virtio");
    return withSsd(ssd && !virtio).withIothread(iothread && (virtio || slot.startsWith("scsi")));
  }

  /** The volume, where it is one that is there. */
  public Optional<VolumeId> volume() {
    return source instanceof Existing(VolumeId volume) ? Optional.of(volume) : Optional.empty();
  }

  /** Whether it is a cloud-init drive, new or there. */
  public boolean isCloudInit() {
    return source instanceof CloudInit || volume().map(VolumeId::isCloudInit).orElse(false);
  }

  /** Reads a drive as the node writes it. */
  public static Drive parse(String text) {
    Options options = Options.parse(text, "file");
    String file =
        options
            .take("file")
            .or(() -> options.take("volume"))
            .orElseThrow(() -> new IllegalArgumentException("'" + text + "' names no volume"));
    Source source = source(file, options.take("import-from"));
    return new Drive(
        source,
        options.take("size").map(DiskSize::parse),
        options.take("format"),
        options.take("media").map("cdrom"::equals).orElse(false),
        options.take("discard").map("on"::equals).orElse(false),
        options.flag("ssd"),
        options.flag("iothread"),
        options.take("cache").map(Cache::of),
        options.rest());
  }

  static Source source(String file, Optional<String> importFrom) {
    if (file.equals("none") || file.equals("cdrom")) {
      return new NoVolume(file.equals("cdrom"));
    }
    if (file.startsWith("/")) {
      return new NodePath(file);
    }
    Matcher fresh = NEW_DISK.matcher(file);
    if (fresh.matches()) {
      return importFrom.isPresent()
          ? new Import(fresh.group(1), Text.of(importFrom.get()))
          : new Allocate(fresh.group(1), DiskSize.parse(fresh.group(2) + "G"));
    }
    if (file.endsWith(":cloudinit")) {
      return new CloudInit(file.substring(0, file.length() - ":cloudinit".length()));
    }
    return new Existing(VolumeId.parse(file));
  }

  static Writer write(Source source) {
    Writer out = new Writer();
    return switch (source) {
      case Allocate(String storage, DiskSize size) -> out.bare(storage + ":" + gib(size));
      case Import(String storage, Text from) -> out.bare(storage + ":0");
      case CloudInit(String storage) -> out.bare(storage + ":cloudinit");
      case Existing(VolumeId volume) -> out.bare(volume.print());
      case NodePath(String path) -> out.bare(path);
      case NoVolume(boolean physical) -> out.bare(physical ? "cdrom" : "none");
    };
  }

  /** Size 0 would mean an import. */
  private static String gib(DiskSize size) {
    String gib = size.printGib();
    if (new BigDecimal(gib).signum() == 0) {
      throw new IllegalArgumentException("a new disk cannot have 0 bytes");
    }
    return gib;
  }

  /** The property string, with what is known only during the run left open. */
  public Text text() {
    Writer options = new Writer();
    format.ifPresent(name -> options.with("format", name));
    // What the node reports of a disk that is there; a new one gets its size another way.
    boolean there = source instanceof Existing || source instanceof NodePath;
    size.filter(s -> there).ifPresent(s -> options.with("size", s.print()));
    cache.ifPresent(mode -> options.with("cache", mode.text()));
    if (discard) {
      options.with("discard", "on");
    }
    options.flag("iothread", iothread).flag("ssd", ssd);
    if (cdrom) {
      options.with("media", "cdrom");
    }
    String tail = options.all(more).toString();
    return join(write(source).toString(), source, tail);
  }

  static Text join(String head, Source source, String tail) {
    String rest = tail.isEmpty() ? "" : "," + tail;
    if (!(source instanceof Import(String storage, Text from))) {
      return Text.of(head + rest);
    }
    from.literal()
        .filter(path -> path.indexOf(',') >= 0)
        .ifPresent(
            path -> {
              throw new IllegalArgumentException("a comma cannot be part of '" + path + "'");
            });
    return Text.join(head + ",import-from=", from, rest);
  }

  /**
   * The property string.
   *
   * @throws IllegalArgumentException when a part is known only during the run; use {@link #text()}
   */
  public String print() {
    return text()
        .literal()
        .orElseThrow(() -> new IllegalArgumentException("not known before the run: " + text()));
  }
}
