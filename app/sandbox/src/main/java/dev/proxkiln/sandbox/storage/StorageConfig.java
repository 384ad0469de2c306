package dev.proxkiln.sandbox.storage;

import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.state.StateFolder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The storage configuration, which all nodes share as they share {@code /etc/pve/storage.cfg};
 * which volumes a storage has is each node's own business. Thread-safe.
 */
public final class StorageConfig {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Path file;
  private final Path root;
  private final Map<String, Definition> definitions = new LinkedHashMap<>();
  private final Set<String> full = ConcurrentHashMap.newKeySet();

  /**
   * Reads the storages, or makes those of a fresh sandbox.
   *
   * @param cluster whether there are several nodes, which then have a shared storage as well
   */
  public StorageConfig(StateFolder state, boolean cluster) {
    this.file = state.path("storage.json");
    this.root = state.path("storage", "x").resolveSibling("").normalize();
    List<Definition> all =
        StateFolder.read(file)
            .map(text -> JSON.readValue(text, new TypeReference<List<Definition>>() {}))
            .orElseGet(() -> Definition.defaults(root.toString()));
    all.forEach(definition -> definitions.put(definition.id(), definition));
    if (cluster && definitions.values().stream().noneMatch(Definition::shared)) {
      Definition shared = Definition.ofCluster(root.toString());
      definitions.put(shared.id(), shared);
    }
    save();
  }

  /** Where the first node, and all of them together, keep what storages hold. */
  Path root() {
    return root;
  }

  /** All storages in the order of the configuration. */
  public synchronized List<Definition> list() {
    return List.copyOf(definitions.values());
  }

  /** A storage's configuration, empty when there is none. */
  public synchronized Optional<Definition> find(String id) {
    return Optional.ofNullable(definitions.get(id));
  }

  /** A storage's configuration. */
  public Definition get(String id) {
    return find(id).orElseThrow(() -> Refusal.failed("storage '" + id + "' does not exist"));
  }

  synchronized void put(Definition definition) {
    definitions.put(definition.id(), definition);
    save();
  }

  private void save() {
    StateFolder.write(
        file,
        JSON.writerWithDefaultPrettyPrinter()
            .writeValueAsString(List.copyOf(definitions.values())));
  }

  /** Whether a storage is to answer as a full one. */
  boolean isFull(String id) {
    return full.contains(id);
  }

  /** Makes a storage answer as a full one, or no longer. */
  public void setFull(String id, boolean isFull) {
    get(id);
    if (isFull) {
      full.add(id);
    } else {
      full.remove(id);
    }
  }

  /** Makes no storage answer as a full one. */
  public void clearFull() {
    full.clear();
  }

  /** Sets a storage's capacity in bytes, 0 for that of the file system. */
  public void setCapacity(String id, long bytes) {
    put(get(id).withCapacity(bytes));
  }
}
