package dev.proxkiln.host.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Writes files that are in memory into a {@code .tar.gz}, whole or not at all, for its owner. */
public final class TarBundle {
  private static final int FOLDER_MODE = 0755;
  private static final int FILE_MODE = 0644;

  private TarBundle() {}

  /**
   * Writes a bundle; one that is there stays as it is.
   *
   * @param folder name of the folder that all of them are in
   * @param files content by name, with {@code /} between folders
   * @param date the date that all files get
   * @return size in bytes
   * @throws dev.proxkiln.core.problem.ProblemException {@code disk-full}, {@code file-unwritable}
   */
  public static long write(
      Path file, String folder, SequencedMap<String, byte[]> files, Instant date) {
    Path half = file.resolveSibling("." + file.getFileName() + ".new");
    try {
      Files.deleteIfExists(half);
      try (FileChannel channel =
              Modes.open(
                  half, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), 0600);
          OutputStream packed = new GZIPOutputStream(Channels.newOutputStream(channel));
          TarArchiveOutputStream tar = new TarArchiveOutputStream(packed, "UTF-8")) {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        TarArchiveEntry root = new TarArchiveEntry(folder + "/");
        root.setMode(FOLDER_MODE);
        root.setModTime(date.toEpochMilli());
        tar.putArchiveEntry(root);
        tar.closeArchiveEntry();
        for (Map.Entry<String, byte[]> one : files.entrySet()) {
          TarArchiveEntry entry = new TarArchiveEntry(folder + "/" + one.getKey());
          entry.setSize(one.getValue().length);
          entry.setMode(FILE_MODE);
          entry.setModTime(date.toEpochMilli());
          tar.putArchiveEntry(entry);
          tar.write(one.getValue());
          tar.closeArchiveEntry();
        }
      }
      if (Files.exists(file)) {
        throw new FileAlreadyExistsException(file.toString(), null, "it is there already");
      }
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
      return Files.size(file);
    } catch (IOException e) {
      drop(half);
      throw FileTrouble.writing(file, e);
    }
  }

  private static void drop(Path half) {
    try {
      Files.deleteIfExists(half);
    } catch (IOException e) {
      // What went wrong before is what matters.
    }
  }
}
