package dev.proxkiln.sandbox.storage;

import dev.proxkiln.sandbox.access.Access;
import dev.proxkiln.sandbox.access.Caller;
import dev.proxkiln.sandbox.refusal.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** All storages of the node, addressed by whole volume IDs (source: pve-storage Storage.pm). */
public final class Storages {
  private static final Pattern VOLUME_ID =
      Pattern.compile("([a-zA-Z][a-zA-Z0-9\\-_.]*[a-zA-Z0-9]):(.+)");

  /** Seconds to wait for a storage's lock. */
  private static final long LOCK_SECONDS = 60;

  private final StorageConfig config;
  private final String node;
  private final Path own;
  private final Images images;
  private final Access access;
  private final Map<String, Storage> storages = new HashMap<>();
  private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

  /**
   * A volume ID in its two parts.
   *
   * @param storage the storage's name
   * @param volume the volume's name on it
   */
  public record VolumeId(String storage, String volume) {
    @Override
    public String toString() {
      return storage + ":" + volume;
    }
  }

  /**
   * The storages of a node.
   *
   * @param own where this node keeps what is in storages that are not shared; empty for where the
   *     configuration says
   */
  public Storages(
      StorageConfig config, String node, Optional<Path> own, Images images, Access access) {
    this.config = config;
    this.node = node;
    this.own = own.orElse(config.root());
    this.images = images;
    this.access = access;
    open();
  }

  /** Makes the folders of all storages that this node has. */
  private void open() {
    for (Definition definition : config.list()) {
      if (definition.on(node)) {
        storage(definition.id());
      }
    }
  }

  private Storage make(Definition definition) {
    Path root = definition.shared() ? config.root() : own;
    if (!definition.fileBased()) {
      return new BlockStorage(definition, images, root.resolve(definition.id()));
    }
    Path said = Path.of(definition.settings().getOrDefault("path", ""));
    // Every node has the same path, on a file system of its own.
    Path folder =
        said.startsWith(config.root()) ? root.resolve(config.root().relativize(said)) : said;
    return new DirStorage(definition, images, folder);
  }

  /** The storage configuration of the cluster. */
  public StorageConfig config() {
    return config;
  }

  /** Both parts of a volume ID, empty when the text is none. */
  public static Optional<VolumeId> split(String text) {
    Matcher matcher = VOLUME_ID.matcher(text);
    return matcher.matches()
        ? Optional.of(new VolumeId(matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }

  /** Both parts of a volume ID. */
  public static VolumeId parse(String text) {
    return split(text)
        .orElseThrow(() -> Refusal.failed("unable to parse volume ID '" + text + "'"));
  }

  /** All storages in the order of the configuration, those of other nodes included. */
  public List<Definition> list() {
    return config.list();
  }

  /** A storage's configuration. */
  public Definition definition(String id) {
    return config.get(id);
  }

  /** A storage's configuration, empty when there is none. */
  public Optional<Definition> find(String id) {
    return config.find(id);
  }

  private synchronized Storage storage(String id) {
    Definition definition = config.get(id);
    Storage known = storages.get(id);
    if (known == null || !known.definition().equals(definition)) {
      known = make(definition);
      storages.put(id, known);
    }
    return known;
  }

  private Storage enabled(String id) {
    checkEnabled(id);
    return storage(id);
  }

  /** Demands a storage that is there, switched on, and on this node. */
  public Definition checkEnabled(String id) {
    Definition definition = config.get(id);
    if (definition.disabled()) {
      throw Refusal.failed("storage '" + id + "' is disabled");
    }
    if (!definition.on(node)) {
      throw Refusal.failed("storage '" + id + "' is not available on node '" + node + "'");
    }
    return definition;
  }

  /** Whether a storage is switched on and on this node. */
  public boolean isEnabled(String id) {
    return config.find(id).filter(d -> !d.disabled() && d.on(node)).isPresent();
  }

  /** What a volume's name says. */
  public VolumeName name(String volid) {
    VolumeId id = parse(volid);
    return storage(id.storage()).parse(id.volume());
  }

  /** The file behind a volume. */
  public DiskFile file(String volid) {
    VolumeId id = parse(volid);
    return storage(id.storage()).file(id.volume());
  }

  /** The format used when none is asked for, or the hint where the storage takes it. */
  public String format(String id, String hint) {
    Storage storage = storage(id);
    boolean fits = !hint.isEmpty() && storage.formats().contains(hint);
    return fits ? hint : storage.defaultFormat();
  }

  /** Formats a storage takes. */
  public SortedSet<String> formats(String id) {
    return storage(id).formats();
  }

  /**
   * Makes a volume.
   *
   * @param format empty for the storage's own
   * @param name empty for the next free disk
   * @param kib size in KiB
   * @return the volume ID
   */
  public String allocate(String id, int vmid, String format, String name, long kib) {
    Storage storage = enabled(id);
    String wanted = format.isEmpty() ? storage.defaultFormat() : format;
    return locked(
        id,
        () -> {
          checkNotFull(storage);
          return id + ":" + storage.allocate(vmid, wanted, name, kib);
        });
  }

  private void checkNotFull(Storage storage) {
    Definition definition = storage.definition();
    if (config.isFull(definition.id())) {
      String group = definition.settings().getOrDefault("vgname", "");
      throw Refusal.failed(
          switch (definition.type()) {
            case "dir" -> "unable to create image: qemu-img: No space left on device";
            case "zfspool" ->
                "zfs error: cannot create '"
                    + definition.settings().getOrDefault("pool", "")
                    + "': out of space";
            default ->
                "lvcreate '"
                    + group
                    + "' error:   Volume group \""
                    + group
                    + "\" has insufficient free space (0 extents): 1 required.";
          });
    }
  }

  /** Removes a volume; refuses a base that linked clones need. */
  public void free(String volid) {
    VolumeId id = parse(volid);
    Storage storage = enabled(id.storage());
    locked(
        id.storage(),
        () -> {
          if (baseInUse(volid)) {
            throw Refusal.failed(
                "base volume '" + id.volume() + "' is still in use by linked clones");
          }
          storage.free(id.volume());
          return volid;
        });
  }

  /** Whether a linked clone's name says that it needs this base volume. */
  public boolean baseInUse(String volid) {
    VolumeId id = parse(volid);
    Storage storage = storage(id.storage());
    VolumeName base = storage.parse(id.volume());
    return base.base()
        && storage.images(0).stream()
            .map(row -> storage.parse(parse(row.volid()).volume()))
            .anyMatch(
                clone -> clone.baseOwner() == base.owner() && clone.baseName().equals(base.name()));
  }

  /** Makes a base volume of an image and returns its new ID. */
  public String createBase(String volid) {
    VolumeId id = parse(volid);
    Storage storage = enabled(id.storage());
    return locked(id.storage(), () -> id.storage() + ":" + storage.createBase(id.volume()));
  }

  /** Makes a linked clone of a base volume and returns its ID. */
  public String cloneBase(String volid, int vmid) {
    VolumeId id = parse(volid);
    Storage storage = enabled(id.storage());
    return locked(
        id.storage(),
        () -> {
          checkNotFull(storage);
          return id.storage() + ":" + storage.cloneBase(id.volume(), vmid);
        });
  }

  /** Whether a volume can be the base of a linked clone. */
  public boolean canClone(String volid) {
    return can(Storage.Feature.CLONE, volid);
  }

  /** Whether a volume can become a base volume. */
  public boolean canBecomeBase(String volid) {
    return can(Storage.Feature.TEMPLATE, volid);
  }

  /** Whether a volume can be copied. */
  public boolean canCopy(String volid) {
    return can(Storage.Feature.COPY, volid);
  }

  private boolean can(Storage.Feature feature, String volid) {
    VolumeId id = parse(volid);
    return storage(id.storage()).can(feature, id.volume());
  }

  /** Makes a volume larger, in bytes. */
  public void resize(String volid, long bytes) {
    VolumeId id = parse(volid);
    Storage storage = enabled(id.storage());
    locked(
        id.storage(),
        () -> {
          checkNotFull(storage);
          if (storage.parse(id.volume()).base()) {
            throw Refusal.failed(
                "command '/usr/bin/qemu-img resize "
                    + storage.file(id.volume()).path()
                    + " "
                    + bytes
                    + "' failed: exit code 1");
          }
          storage.resize(id.volume(), Sizes.roundUp(bytes, 1024));
          return volid;
        });
  }

  /** Size of a volume in bytes, empty when it is not there. */
  public Optional<Long> size(String volid) {
    VolumeId id = parse(volid);
    return storage(id.storage()).size(id.volume());
  }

  /**
   * Copies an image into a volume that was just made.
   *
   * @param line told progress lines as a task log shows them
   */
  public void copy(DiskFile source, long size, String volid, Consumer<String> line) {
    VolumeId id = parse(volid);
    Storage storage = enabled(id.storage());
    double[] said = {-1};
    images.copy(
        source,
        storage.file(id.volume()),
        percent -> {
          // qemu-img says each hundredth; a task log shows whole percents.
          if (percent >= 100 || percent - said[0] >= 1) {
            said[0] = percent;
            line.accept(
                String.format(
                    Locale.ROOT,
                    "transferred %s of %s (%.2f%%)",
                    Sizes.render((long) (size * percent / 100)),
                    Sizes.render(size),
                    percent));
          }
        });
    if (storage.definition().capacity() > 0 && storage.space().available() <= 0) {
      throw Refusal.failed(
          "copy failed: command '/usr/bin/qemu-img convert' failed: exit code 1:"
              + " error while writing: No space left on device");
    }
  }

  /** Replaces a volume by the content of a raw file, which is padded to the volume's size. */
  public void replace(String volid, Path content) {
    VolumeId id = parse(volid);
    Storage storage = enabled(id.storage());
    long size = storage.size(id.volume()).orElse(0L);
    images.replace(content, size, storage.file(id.volume()));
  }

  /** The image tool, for looking into files that are no volumes. */
  public Images images() {
    return images;
  }

  /**
   * Volumes of a storage.
   *
   * @param vmid only of this guest, 0 for all
   * @param content only of this type, empty for all that it may hold
   */
  public List<VolumeRow> volumes(String id, int vmid, String content) {
    Storage storage = enabled(id);
    List<VolumeRow> rows = new ArrayList<>();
    for (String kind : storage.definition().content()) {
      if (!content.isEmpty() && !content.equals(kind)) {
        continue;
      }
      if (kind.equals("images")) {
        rows.addAll(storage.images(vmid));
      } else if (storage instanceof DirStorage dir
          && !kind.equals("rootdir")
          && (vmid == 0 || kind.equals("snippets") || kind.equals("import"))) {
        rows.addAll(dir.files(kind));
      }
    }
    rows.sort(Comparator.comparing(row -> row.volid().toLowerCase(Locale.ROOT)));
    return rows;
  }

  /** Images of a guest on all storages that may hold disks. */
  public List<String> imagesOf(int vmid) {
    List<String> all = new ArrayList<>();
    for (Definition definition : list()) {
      boolean disks = definition.holds("images") || definition.holds("rootdir");
      if (disks && isEnabled(definition.id())) {
        storage(definition.id()).images(vmid).forEach(row -> all.add(row.volid()));
      }
    }
    return all;
  }

  /** Where uploads of a content type go on a directory storage. */
  public Path folder(String id, String kind) {
    if (!(enabled(id) instanceof DirStorage dir)) {
      throw Refusal.failed("can't upload to storage type '" + definition(id).type() + "'");
    }
    Path folder = dir.folder(kind);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw Refusal.failed("mkdir failed: " + e.getMessage());
    }
    return folder;
  }

  /** As {@code GET /nodes/NODE/storage} lists it, without the name. */
  public Map<String, Object> status(String id) {
    Definition definition = config.get(id);
    int enabled = isEnabled(id) ? 1 : 0;
    Map<String, Object> row = new TreeMap<>();
    row.put("type", definition.type());
    row.put("content", String.join(",", definition.content()));
    row.put("enabled", enabled);
    row.put("active", enabled);
    row.put("shared", definition.shared() ? 1 : 0);
    long total = 0;
    long used = 0;
    long available = 0;
    if (enabled == 1) {
      Storage.Space space = storage(id).space();
      boolean isFull = config.isFull(id);
      total = space.total();
      used = isFull ? space.total() : space.used();
      available = isFull ? 0 : space.available();
    }
    row.put("total", total);
    row.put("used", used);
    row.put("avail", available);
    return row;
  }

  /** Changes what a storage may hold; the list replaces the old one. */
  public void setContent(String id, SortedSet<String> content) {
    Definition old = config.get(id);
    Set<String> possible =
        old.fileBased()
            ? Set.of("images", "rootdir", "vztmpl", "iso", "backup", "snippets", "none", "import")
            : Set.of("images", "rootdir", "none");
    for (String kind : content) {
      if (!possible.contains(kind)) {
        throw Refusal.parameter(
            "content", "invalid format - invalid content type '" + kind + "'\n");
      }
    }
    SortedSet<String> kept = new TreeSet<>(content);
    kept.remove("none");
    config.put(old.withContent(kept));
    open();
  }

  /** Switches a storage off or on. */
  public void setDisabled(String id, boolean disabled) {
    config.put(config.get(id).withDisabled(disabled));
  }

  /**
   * Changes {@code nodes} or {@code shared}.
   *
   * @param text empty to remove the setting
   */
  public void set(String id, String setting, String text) {
    Definition old = config.get(id);
    boolean possible = setting.equals("nodes") || Set.of("dir", "lvm").contains(old.type());
    if (!possible) {
      throw Refusal.parameter(setting, "unexpected property '" + setting + "'");
    }
    config.put(old.with(setting, text));
    open();
  }

  /**
   * Demands that a caller may use a volume (source: pve-storage Storage.pm, check_volume_access).
   *
   * @param vmid the guest it is used for, 0 for none
   */
  public void checkAccess(Caller caller, int vmid, String volid) {
    Optional<VolumeId> id = split(volid);
    if (id.isEmpty()) {
      if (!caller.isRoot()) {
        throw Refusal.failed("Only root can pass arbitrary filesystem paths.");
      }
      return;
    }
    String path = "/storage/" + id.get().storage();
    VolumeName name = name(volid);
    if (access.has(caller, path, List.of("Datastore.Allocate"))) {
      return;
    }
    if (Set.of("iso", "vztmpl", "import").contains(name.type())) {
      access.checkAny(caller, path, "Datastore.AllocateSpace", "Datastore.Audit");
    } else if (vmid > 0 && name.owner() == vmid) {
      return;
    } else if (name.type().equals("images") && name.owner() > 0) {
      access.check(caller, path, "Datastore.Audit");
      access.check(caller, "/vms/" + name.owner(), "VM.Config.Disk");
    } else {
      throw Refusal.failed("missing privileges to access " + volid);
    }
  }

  private <T> T locked(String id, Supplier<T> work) {
    ReentrantLock lock = locks.computeIfAbsent(id, ignored -> new ReentrantLock());
    try {
      if (!lock.tryLock(LOCK_SECONDS, TimeUnit.SECONDS)) {
        throw Refusal.failed(
            "can't lock file '/var/lock/pve-manager/pve-storage-" + id + "' - got timeout");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refusal.failed("received interrupt");
    }
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }
}
