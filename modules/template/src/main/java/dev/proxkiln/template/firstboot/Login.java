package dev.proxkiln.template.firstboot;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What PVE would say in its own user data.
 *
 * @param user name of the first user
 * @param keys public keys that may log in
 * @param password whether it has a password
 * @param upgrade whether all packages are upgraded at the first boot
 */
public record Login(String user, List<String> keys, boolean password, boolean upgrade) {
  public Login {
    keys = List.copyOf(keys);
  }

  /** The keys of PVE's user data, which win over the same keys of vendor data. */
  List<String> said() {
    List<String> said =
        new java.util.ArrayList<>(
            List.of("hostname", "fqdn", "manage_etc_hosts", "user", "users", "chpasswd"));
    if (!keys.isEmpty()) {
      said.add("ssh_authorized_keys");
    }
    if (password) {
      said.add("password");
    }
    if (upgrade) {
      said.add("package_upgrade");
    }
    return said;
  }

  /** What user data lacks that stands in for PVE's: the user and the keys, where it has none. */
  Map<String, Object> missingIn(Map<?, ?> own) {
    Map<String, Object> missing = new LinkedHashMap<>();
    boolean users = own.containsKey("users") || own.containsKey("user");
    if (!users) {
      missing.put("user", user);
      missing.put("users", List.of("default"));
      if (!keys.isEmpty() && !own.containsKey("ssh_authorized_keys")) {
        missing.put("ssh_authorized_keys", keys);
      }
    }
    if (upgrade && !own.containsKey("package_upgrade")) {
      missing.put("package_upgrade", true);
    }
    return missing;
  }
}
