package dev.proxkiln.host.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Files and folders that have their final mode from the start, whatever the umask. */
public final class Modes {
  private Modes() {}

  /** The permission set of octal mode bits, for example 0640. */
  public static Set<PosixFilePermission> of(int mode) {
    PosixFilePermission[] all =
        PosixFilePermission.values(); // owner read first, others execute last
    Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
    for (int bit = 0; bit < all.length; bit++) {
      if ((mode & (0400 >> bit)) != 0) {
        set.add(all[bit]);
      }
    }
    return set;
  }

  /** The octal mode bits of a permission set. */
  public static int bits(Set<PosixFilePermission> permissions) {
    int mode = 0;
    for (PosixFilePermission permission : permissions) {
      mode |= 0400 >> permission.ordinal();
    }
    return mode;
  }

  /** Opens a file; when it is made, it has this mode. */
  public static FileChannel open(Path file, Set<? extends OpenOption> options, int mode)
      throws IOException {
    boolean there = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    FileChannel channel =
        FileChannel.open(file, options, PosixFilePermissions.asFileAttribute(of(mode)));
    if (!there) {
      widen(file, mode);
    }
    return channel;
  }

  /** Makes a folder with its parents; those that are already there stay as they are. */
  public static void folder(Path folder, int mode) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = folder.toAbsolutePath().getParent();
    if (parent != null) {
      folder(parent, mode);
    }
    try {
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(of(mode)));
      widen(folder, mode);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }

  /** The umask can only have taken rights away, so this never takes back a right already used. */
  private static void widen(Path path, int mode) throws IOException {
    if (!Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS).equals(of(mode))) {
      Files.setPosixFilePermissions(path, of(mode));
    }
  }
}
