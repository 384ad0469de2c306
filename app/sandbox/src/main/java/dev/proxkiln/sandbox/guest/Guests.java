package dev.proxkiln.sandbox.guest;

import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.state.StateFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The configuration files of the node's guests, and one lock per guest. Thread-safe. */
public final class Guests {
  private final Path folder;
  private final String node;
  private final Map<Integer, ReentrantReadWriteLock> locks = new ConcurrentHashMap<>();

  /** Guests in {@code nodes/NODE/qemu-server} of the state folder. */
  public Guests(StateFolder state, String node) {
    this.folder = state.path("nodes", node, "qemu-server", "x").resolveSibling("");
    this.node = node;
  }

  /** The node's name. */
  public String node() {
    return node;
  }

  private Path file(int vmid) {
    return folder.resolve(vmid + ".conf");
  }

  /** Whether the guest is there. */
  public boolean exists(int vmid) {
    return Files.exists(file(vmid));
  }

  /** Numbers of all guests. */
  public SortedSet<Integer> ids() {
    SortedSet<Integer> ids = new TreeSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      files
          .map(path -> String.valueOf(path.getFileName()))
          .filter(name -> name.matches("\\d+\\.conf"))
          .forEach(name -> ids.add(Integer.parseInt(name.substring(0, name.length() - 5))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ids;
  }

  private String text(int vmid) {
    return StateFolder.read(file(vmid))
        .orElseThrow(
            () ->
                Refusal.failed(
                    "Configuration file 'nodes/"
                        + node
                        + "/qemu-server/"
                        + vmid
                        + ".conf' does not exist"));
  }

  /** A guest's configuration. */
  public GuestConfig load(int vmid) {
    return GuestConfig.parse(text(vmid));
  }

  /** A guest's configuration, empty when it is not there (any more). */
  public Optional<GuestConfig> find(int vmid) {
    return StateFolder.read(file(vmid)).map(GuestConfig::parse);
  }

  /** SHA-1 of the configuration file. */
  public String digest(int vmid) {
    return GuestConfig.digest(text(vmid));
  }

  void write(int vmid, GuestConfig config) {
    StateFolder.write(file(vmid), config.print());
  }

  void delete(int vmid) {
    try {
      Files.delete(file(vmid));
    } catch (IOException e) {
      throw Refusal.failed("failed to remove config file: " + e.getMessage());
    }
  }

  /** Gives a guest's configuration to another node. */
  void move(int vmid, Guests to) {
    try {
      Files.move(file(vmid), to.file(vmid), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw Refusal.failed(
          "Failed to move config to node '" + to.node + "' - rename failed: " + e.getMessage());
    }
  }

  /** Refuses a guest that something has locked. */
  static void checkLock(GuestConfig config) {
    config
        .get("lock")
        .ifPresent(
            lock -> {
              throw Refusal.failed("VM is locked (" + lock + ")");
            });
  }

  /** Refuses to remove what is protected. */
  static void checkProtection(GuestConfig config, String what) {
    if (config.get("protection", "0").equals("1")) {
      throw Refusal.failed(what + " - protection mode enabled");
    }
  }

  /** Does something while nobody else changes the guest. */
  <T> T locked(int vmid, Duration patience, Supplier<T> work) {
    return with(lock(vmid).writeLock(), vmid, patience, work);
  }

  /** Does something while nobody changes the guest, beside others who do likewise. */
  <T> T shared(int vmid, Duration patience, Supplier<T> work) {
    return with(lock(vmid).readLock(), vmid, patience, work);
  }

  private ReentrantReadWriteLock lock(int vmid) {
    return locks.computeIfAbsent(vmid, ignored -> new ReentrantReadWriteLock());
  }

  private static <T> T with(Lock lock, int vmid, Duration patience, Supplier<T> work) {
    try {
      if (!lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw Refusal.failed(
            "can't lock file '/var/lock/qemu-server/lock-" + vmid + ".conf' - got timeout");
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
