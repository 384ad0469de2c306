package dev.proxkiln.cli.settings;

import dev.proxkiln.config.ConfigSlug;
import dev.proxkiln.config.Migrations;
import dev.proxkiln.config.SettingsText;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.file.AtomicFiles;
import dev.proxkiln.host.file.ClusterLock;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.file.Layout;
import dev.proxkiln.host.file.LockFile;
import dev.proxkiln.host.file.Modes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * Changes settings files: one writer at a time, on one node or in the whole cluster; whole or not
 * at all.
 */
public final class SettingsWriter {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The cluster file system takes no file above 1 MiB. */
  private static final int MOST_IN_CLUSTER = 1 << 20;

  /** How a new file begins. */
  public static final String TITLE = "# Settings of proxkiln; see: proxkiln config --help\n";

  private final Layout layout;
  private final AtomicFiles files;

  public SettingsWriter(Layout layout, AtomicFiles files) {
    this.layout = layout;
    this.files = files;
  }

  /**
   * Changes a file, or makes it.
   *
   * @return whether there was anything to change
   * @throws ProblemException {@code lock-held}, {@code file-unwritable}, {@code disk-full}, and
   *     those of reading
   */
  public boolean change(Path named, UnaryOperator<SettingsText> change) {
    return locked(
        named,
        file -> {
          String before = text(file);
          SettingsText settings =
              Migrations.KNOWN.forward(named.toString(), before.isEmpty() ? TITLE : before);
          String after = change.apply(settings).text();
          boolean empty = before.isEmpty() && after.equals(TITLE);
          if (after.equals(before) || empty) {
            return false;
          }
          write(file, after);
          return true;
        });
  }

  /**
   * Puts a text in the place of a file.
   *
   * @param before what the file must still hold
   * @throws ProblemException {@code settings-changed} besides those of {@link #change}
   */
  public void replace(Path named, String before, String after) {
    locked(
        named,
        file -> {
          if (!text(file).equals(before)) {
            throw ConfigSlug.SETTINGS_CHANGED
                .problem(
                    named.toString(),
                    "'" + named + "' was changed by somebody else meanwhile.",
                    "What you wrote was not saved over it.",
                    "Look at it, and make your change again.")
                .raise();
          }
          write(file, after);
          return true;
        });
  }

  /** The text of a file; empty where it is not there. */
  public static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw FileTrouble.reading(file, e);
    }
  }

  private interface Work {
    boolean on(Path file) throws IOException;
  }

  private boolean locked(Path named, Work work) {
    try {
      // A link to a file kept elsewhere stays one.
      Path file = Files.exists(named) ? named.toRealPath() : named;
      if (isShared(named)) {
        try (ClusterLock held = ClusterLock.take(layout.clusterLock(), PATIENCE)) {
          return work.on(file);
        }
      }
      Modes.folder(layout.run(), 0750);
      Path lock = layout.run().resolve("config.lock");
      try (LockFile held = LockFile.take(lock, PATIENCE, pid -> {})) {
        return work.on(file);
      }
    } catch (IOException e) {
      throw FileTrouble.writing(named, e);
    }
  }

  private boolean isShared(Path file) {
    return layout.cluster().filter(file::startsWith).isPresent();
  }

  private void write(Path file, String text) throws IOException {
    boolean shared = isShared(file);
    if (shared && text.getBytes(StandardCharsets.UTF_8).length > MOST_IN_CLUSTER) {
      throw ConfigSlug.SETTINGS_NOT_EDITABLE
          .problem(
              file.toString(),
              "The settings would be larger than 1 MiB.",
              "The cluster file system takes no larger file.",
              "Keep a part of them in " + SettingsPlaces.user(layout))
          .raise();
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      // The cluster file system has one mode for folders, and refuses every other.
      Modes.folder(folder, shared ? 0755 : 0750);
    }
    files.write(file, text, mode(file));
  }

  /** That of the file as it is, but for the right of others to write; else the usual one. */
  private static int mode(Path file) throws IOException {
    if (!Files.exists(file)) {
      return 0640;
    }
    return Modes.bits(Files.getPosixFilePermissions(file)) & ~0022;
  }
}
