package dev.proxkiln.host.plugin;

import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import dev.proxkiln.host.file.AtomicFiles;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.file.LockFile;
import dev.proxkiln.host.file.Modes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The plug-ins of this machine. {@code ID} is a link to a folder with the jar and its signature, so
 * that a plug-in is there whole or not at all: installing and replacing is the renaming of a link,
 * removing its deletion. Folders that no link leads to are swept away by the next change.
 */
public final class PluginFolder {
  private static final String JAR = "plugin.jar";
  private static final String SIGNATURE = "plugin.jar.sig";

  /** In the place of a signature: the digest of a jar that was agreed to without one. */
  private static final String UNSIGNED = "unsigned";

  private static final String ID = "[a-z][a-z0-9-]{0,39}";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final AtomicFiles files = new AtomicFiles();
  private final Path folder;
  private final PluginKeys keys;

  /** A folder of plug-ins, which need not be there. */
  public PluginFolder(Path folder, PluginKeys keys) {
    this.folder = folder;
    this.keys = keys;
  }

  /**
   * A plug-in that may be loaded.
   *
   * @param signer name of the key that it is signed with; empty for one that was agreed to unsigned
   */
  public record Verified(PluginJar jar, Optional<String> signer) {}

  /** IDs of the plug-ins, sorted; none where there is no folder. */
  public List<String> ids() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> links = Files.list(folder)) {
      return links
          .filter(Files::isSymbolicLink)
          .map(link -> link.getFileName().toString())
          .filter(name -> name.matches(ID))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw FileTrouble.reading(folder, e);
    }
  }

  /** Where a plug-in is. */
  public Path place(String id) {
    return folder.resolve(id);
  }

  /**
   * Reads a plug-in and checks who signed it.
   *
   * @throws ProblemException {@code plugin-unreadable}, {@code plugin-untrusted}, {@code
   *     plugin-unsigned}
   */
  public Verified read(String id) {
    // The link may be renamed over meanwhile: jar and signature must be of one folder.
    Path place = home(id);
    byte[] jar = bytes(place.resolve(JAR));
    PluginJar read = PluginJar.read(jar, id);
    if (!read.id().equals(id)) {
      throw unsigned(
          id, "It is the plug-in '" + read.id() + "', under a name that is not its own.");
    }
    if (Files.exists(place.resolve(SIGNATURE))) {
      return new Verified(read, Optional.of(keys.signer(jar, bytes(place.resolve(SIGNATURE)), id)));
    }
    String agreed =
        Files.exists(place.resolve(UNSIGNED))
            ? new String(bytes(place.resolve(UNSIGNED)), StandardCharsets.UTF_8).strip()
            : "";
    if (!agreed.equals(read.digest())) {
      throw unsigned(id, "It has no signature, and it is not the jar that was agreed to.");
    }
    return new Verified(read, Optional.empty());
  }

  /**
   * Checks a jar that is to be installed.
   *
   * @param signature empty where there is none
   * @param anyway whether one without a signature is taken
   * @throws ProblemException {@code plugin-unreadable}, {@code plugin-untrusted}, {@code
   *     plugin-unsigned}
   */
  public Verified check(byte[] jar, Optional<byte[]> signature, boolean anyway, String where) {
    PluginJar read = PluginJar.read(jar, where);
    if (signature.isPresent()) {
      return new Verified(read, Optional.of(keys.signer(jar, signature.get(), where)));
    }
    if (!anyway) {
      throw unsigned(where, "There is no '" + where + ".sig' beside it.");
    }
    return new Verified(read, Optional.empty());
  }

  /**
   * Installs a jar that was checked, in the place of an earlier version.
   *
   * @throws ProblemException {@code file-unwritable}, {@code disk-full}, {@code lock-held}
   */
  public void install(Verified checked, byte[] jar, Optional<byte[]> signature) {
    PluginJar read = checked.jar();
    try {
      Modes.folder(folder, 0750);
      try (LockFile lock = lock()) {
        Path home = unused(lock.folder(), read);
        Path fresh = folder.resolve("." + read.id() + ".new");
        sweep(fresh);
        Modes.folder(fresh, 0750);
        files.write(fresh.resolve(JAR), jar, 0640);
        if (signature.isPresent()) {
          files.write(fresh.resolve(SIGNATURE), signature.get(), 0640);
        } else {
          files.write(fresh.resolve(UNSIGNED), read.digest() + "\n", 0640);
        }
        Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
        link(read.id(), home);
        sweepOthers();
      }
    } catch (IOException e) {
      throw FileTrouble.writing(folder, e);
    }
  }

  /** The same jar may be there already, in use. */
  private static Path unused(Path folder, PluginJar jar) {
    String name = "." + jar.id() + "-" + jar.digest().substring(0, 16);
    Path home = folder.resolve(name);
    for (int n = 2; Files.exists(home); n++) {
      home = folder.resolve(name + "-" + n);
    }
    return home;
  }

  /** A link cannot be changed, only renamed over. */
  private void link(String id, Path home) throws IOException {
    Path beside = folder.resolve("." + id + ".link");
    Files.deleteIfExists(beside);
    Files.createSymbolicLink(beside, home.getFileName());
    Files.move(
        beside, place(id), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    AtomicFiles.syncFolder(folder);
  }

  /**
   * Removes a plug-in; nothing happens when it is not there.
   *
   * @throws ProblemException {@code file-unwritable}, {@code lock-held}
   */
  public void remove(String id) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (LockFile lock = lock()) {
      Files.deleteIfExists(lock.folder().resolve(id));
      AtomicFiles.syncFolder(folder);
      sweepOthers();
    } catch (IOException e) {
      throw FileTrouble.writing(folder, e);
    }
  }

  private LockFile lock() {
    return LockFile.take(folder.resolve(".lock"), PATIENCE, pid -> {});
  }

  /** What no link leads to: earlier versions, and what a killed process left. */
  private void sweepOthers() throws IOException {
    List<Path> used = ids().stream().map(this::home).toList();
    List<Path> all;
    try (Stream<Path> entries = Files.list(folder)) {
      all = entries.filter(Files::isDirectory).filter(one -> !Files.isSymbolicLink(one)).toList();
    }
    for (Path one : all) {
      if (!used.contains(one.toRealPath())) {
        sweep(one);
      }
    }
  }

  private Path home(String id) {
    try {
      return place(id).toRealPath();
    } catch (IOException e) {
      return place(id);
    }
  }

  private static void sweep(Path gone) throws IOException {
    if (!Files.isDirectory(gone)) {
      return;
    }
    try (Stream<Path> entries = Files.list(gone)) {
      for (Path entry : entries.toList()) {
        Files.deleteIfExists(entry);
      }
    }
    Files.deleteIfExists(gone);
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.size(file) > PluginJar.MOST_BYTES) {
        throw HostSlug.PLUGIN_UNREADABLE
            .problem(
                file.toString(),
                "'" + file + "' is no plug-in.",
                "It has more than " + (PluginJar.MOST_BYTES >> 20) + " MiB.",
                "Ask whoever made it.")
            .raise();
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw unsigned(file.toString(), "A file of it is missing.");
    } catch (IOException e) {
      throw FileTrouble.reading(file, e);
    }
  }

  /** The bytes of a jar and of the signature beside it, if there is one. */
  public static byte[] bytesOf(Path file) {
    if (!Files.isRegularFile(file)) {
      throw FileTrouble.reading(file, new NoSuchFileException(file.toString()));
    }
    return bytes(file);
  }

  private static ProblemException unsigned(String where, String why) {
    return HostSlug.PLUGIN_UNSIGNED
        .problem(
            where,
            "The plug-in '" + where + "' has no signature that could be checked.",
            why,
            "Get its signature from its maker, or agree to it as it is: proxkiln module install FILE"
                + " --allow-unsigned")
        .raise();
  }
}
