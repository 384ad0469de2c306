package dev.proxkiln.sandbox.guest;

import dev.proxkiln.sandbox.contract.Contract;
import dev.proxkiln.sandbox.refusal.Refusal;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where disks go when a guest moves to another node: {@code 1} for where they are, a storage for
 * all, or {@code FROM:TO} pairs and a storage for the others (source: pve-common JSONSchema.pm
 * parse_idmap).
 *
 * @param identity whether {@code 1} was given
 * @param fallback the storage of those that no pair names
 */
record StorageMap(boolean identity, Map<String, String> pairs, Optional<String> fallback) {

  static StorageMap parse(String text) {
    boolean identity = false;
    Map<String, String> pairs = new TreeMap<>();
    Optional<String> fallback = Optional.empty();
    for (String entry : Contract.splitList(text)) {
      int colon = entry.indexOf(':');
      if (entry.equals("1")) {
        identity = true;
      } else if (colon >= 0) {
        String from = entry.substring(0, colon);
        if (pairs.put(from, entry.substring(colon + 1)) != null) {
          throw failed("duplicate mapping for source '" + from + "'");
        }
      } else if (fallback.isPresent()) {
        throw failed("default target can only be provided once");
      } else {
        fallback = Optional.of(entry);
      }
    }
    if (identity && (!pairs.isEmpty() || fallback.isPresent())) {
      throw failed("identity mapping cannot be combined with other mappings");
    }
    return new StorageMap(identity, pairs, fallback);
  }

  private static Refusal failed(String why) {
    return Refusal.parameter("targetstorage", "failed to parse storage map: " + why);
  }

  /** Nothing was said: every disk stays on the storage of its name. */
  static StorageMap none() {
    return new StorageMap(false, Map.of(), Optional.empty());
  }

  /** Storages that it names as targets. */
  Collection<String> targets() {
    Map<String, String> all = new TreeMap<>(pairs);
    fallback.ifPresent(storage -> all.put("", storage));
    return all.values();
  }

  /** The storage that takes the volumes of another. */
  String of(String storage) {
    return identity ? storage : pairs.getOrDefault(storage, fallback.orElse(storage));
  }
}
