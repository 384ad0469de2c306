package dev.proxkiln.host.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where proxkiln's files live.
 *
 * @param config settings and the administrator's own keys and images
 * @param state runs and registers; lost when deleted
 * @param cache images; can be deleted at any time
 * @param logs log files
 * @param run sockets and locks; gone after a restart
 */
public record Layout(Path config, Path state, Path cache, Path logs, Path run) {
  private static final String NAME = "proxkiln";
  private static final String DEFINITIONS = "definitions";
  private static final Path SYSTEM = Path.of("etc").resolve(NAME);

  /** The layout of this process. */
  public static Layout current() {
    return of(System.getenv(), isRoot());
  }

  /**
   * The layout for an environment: {@code PROXKILN_ROOT} moves root's layout under a folder for any
   * user; without it root has the system folders and other users those of the XDG Base Directory
   * Specification 0.8, in which a relative path counts as not set.
   *
   * @param environment environment variables
   * @param root whether the user is root
   */
  public static Layout of(Map<String, String> environment, boolean root) {
    Optional<Path> moved =
        Optional.ofNullable(environment.get("PROXKILN_ROOT"))
            .filter(text -> !text.isBlank())
            .map(text -> Path.of(text).toAbsolutePath().normalize());
    if (moved.isPresent()) {
      return under(moved.get());
    }
    return root ? under(Path.of("/")) : ofUser(environment);
  }

  /** One folder a run. */
  public Path runs() {
    return state.resolve("runs");
  }

  /** One folder for each batch of runs. */
  public Path batches() {
    return state.resolve("batches");
  }

  /** Downloaded and unpacked images. */
  public Path images() {
    return cache.resolve("images");
  }

  /** Large files that a plan needs for a while. */
  public Path scratch() {
    return cache.resolve("scratch");
  }

  /** Image catalogues newer than the shipped one. */
  public Path catalogues() {
    return state.resolve("catalogue");
  }

  /** The administrator's own signing keys, {@code FINGERPRINT.asc}. */
  public Path keys() {
    return config.resolve("keys");
  }

  /** Modules that others made. */
  public Path plugins() {
    return state.resolve("plugins");
  }

  /** Public keys of those whose plug-ins are trusted, {@code NAME.pem}. */
  public Path pluginKeys() {
    return config.resolve("plugin-keys");
  }

  /**
   * Settings kept by name. On a member of a Proxmox VE cluster all nodes share them: they are small
   * files, and the cluster file system keeps such.
   */
  public Path definitions() {
    return cluster().orElse(config).resolve(DEFINITIONS);
  }

  /**
   * The folder that all nodes of a Proxmox VE cluster share, on a member of one. It is in the
   * cluster file system: no file above 1 MiB, no modes of its own, read-only without quorum.
   */
  public Optional<Path> cluster() {
    return config.endsWith(SYSTEM) && Files.isDirectory(config.resolveSibling("pve/nodes"))
        ? Optional.of(config.resolveSibling("pve").resolve(NAME))
        : Optional.empty();
  }

  /** What one node of a cluster holds while it changes what all share, see {@link ClusterLock}. */
  public Path clusterLock() {
    return config.resolveSibling("pve/priv/lock/proxkiln-config");
  }

  /** The vault: every secret, sealed. */
  public Path vault() {
    return config.resolve("secrets.vault");
  }

  /** The key of a vault that has no passphrase; apart from it, so that no copy of one has both. */
  public Path vaultKey() {
    return state.resolve("vault.key");
  }

  private static Layout under(Path root) {
    Path state = root.resolve("var/lib").resolve(NAME);
    return new Layout(
        root.resolve("etc").resolve(NAME),
        state,
        state.resolve("cache"),
        root.resolve("var/log").resolve(NAME),
        root.resolve("run").resolve(NAME));
  }

  private static Layout ofUser(Map<String, String> environment) {
    Path home = Path.of(environment.getOrDefault("HOME", "/"));
    Path state = xdg(environment, "XDG_STATE_HOME").orElse(home.resolve(".local/state"));
    return new Layout(
        xdg(environment, "XDG_CONFIG_HOME").orElse(home.resolve(".config")).resolve(NAME),
        state.resolve(NAME),
        xdg(environment, "XDG_CACHE_HOME").orElse(home.resolve(".cache")).resolve(NAME),
        state.resolve(NAME).resolve("log"),
        xdg(environment, "XDG_RUNTIME_DIR")
            .map(folder -> folder.resolve(NAME))
            .orElse(state.resolve(NAME).resolve("run")));
  }

  private static Optional<Path> xdg(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).map(Path::of).filter(Path::isAbsolute);
  }

  private static boolean isRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return "root".equals(System.getProperty("user.name"));
    }
  }
}
