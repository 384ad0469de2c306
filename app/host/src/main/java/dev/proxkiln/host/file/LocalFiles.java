package dev.proxkiln.host.file;

import dev.proxkiln.core.port.NodeFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Files of this machine, written whole. */
public final class LocalFiles implements NodeFiles {
  /** Folders that are missing on the way to a file are made like PVE's own storage folders. */
  private static final int FOLDER_MODE = 0755;

  private final AtomicFiles files = new AtomicFiles();

  @Override
  public void write(String path, String content, int mode) {
    Path file = Path.of(path);
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      try {
        Modes.folder(folder, FOLDER_MODE);
      } catch (IOException e) {
        throw FileTrouble.writing(folder, e);
      }
    }
    files.write(file, content, mode);
  }

  @Override
  public boolean exists(String path) {
    return Files.exists(Path.of(path), LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void delete(String path) {
    files.delete(Path.of(path));
  }
}
