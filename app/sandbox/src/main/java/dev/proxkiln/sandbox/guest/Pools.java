package dev.proxkiln.sandbox.guest;

import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.state.StateFolder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Resource pools, kept in {@code pools.json}. Thread-safe. */
public final class Pools {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Path file;
  private final SortedMap<String, Pool> pools;

  /**
   * A pool.
   *
   * @param guests members by number
   * @param storages members by name
   */
  public record Pool(String comment, SortedSet<Integer> guests, SortedSet<String> storages) {
    public Pool {
      guests = new TreeSet<>(guests);
      storages = new TreeSet<>(storages);
    }
  }

  /** Reads the pools. */
  public Pools(StateFolder state) {
    this.file = state.path("pools.json");
    this.pools =
        StateFolder.read(file)
            .map(text -> JSON.readValue(text, new TypeReference<TreeMap<String, Pool>>() {}))
            .orElseGet(TreeMap::new);
  }

  /** Adds a pool. */
  public synchronized void create(String id, String comment) {
    if (pools.containsKey(id)) {
      throw Refusal.failed("create pool failed: pool '" + id + "' already exists");
    }
    pools.put(id, new Pool(comment, new TreeSet<>(), new TreeSet<>()));
    save();
  }

  /** Removes an empty pool. */
  public synchronized void delete(String id) {
    Pool pool =
        get(id)
            .orElseThrow(
                () -> Refusal.failed("delete pool failed: pool '" + id + "' does not exist"));
    if (!pool.guests.isEmpty()) {
      throw Refusal.failed("delete pool failed: pool '" + id + "' is not empty (contains VMs)");
    }
    pools.remove(id);
    save();
  }

  /** A pool, empty when there is none. */
  public synchronized Optional<Pool> get(String id) {
    return Optional.ofNullable(pools.get(id));
  }

  /** All pools. */
  public synchronized SortedMap<String, Pool> all() {
    return new TreeMap<>(pools);
  }

  /** Demands a pool. */
  public void checkExists(String id) {
    if (get(id).isEmpty()) {
      throw Refusal.forbidden("pool '" + id + "' does not exist");
    }
  }

  /** The pool a guest is in. */
  public synchronized Optional<String> of(int vmid) {
    return pools.entrySet().stream()
        .filter(entry -> entry.getValue().guests.contains(vmid))
        .map(java.util.Map.Entry::getKey)
        .findFirst();
  }

  /** Puts a guest into a pool. */
  public synchronized void add(String id, int vmid) {
    Pool pool = pools.get(id);
    if (pool != null) {
      pool.guests.add(vmid);
      save();
    }
  }

  /** Takes a guest out of its pool. */
  public synchronized void forget(int vmid) {
    boolean changed = false;
    for (Pool pool : pools.values()) {
      changed |= pool.guests.remove(vmid);
    }
    if (changed) {
      save();
    }
  }

  private void save() {
    StateFolder.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(pools));
  }
}
