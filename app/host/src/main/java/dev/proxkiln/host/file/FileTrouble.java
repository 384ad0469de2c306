package dev.proxkiln.host.file;

import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** Turns what the operating system says about files into problems. */
public final class FileTrouble {
  /**
   * Below this a write that went wrong is taken for a full disk, whatever language the reason is
   * in.
   */
  private static final long NEARLY_NOTHING = 64 << 10;

  private FileTrouble() {}

  /**
   * The problem of a write, a rename or a deletion: {@code disk-full} or {@code file-unwritable}.
   */
  public static ProblemException writing(Path path, IOException e) {
    return new ProblemException(isDiskFull(path, e) ? diskFull(path, -1) : unwritable(path, e), e);
  }

  /** The problem of a read: {@code file-unreadable}. */
  public static ProblemException reading(Path path, IOException e) {
    return new ProblemException(
        HostSlug.FILE_UNREADABLE.problem(
            path.toString(),
            "'" + path + "' cannot be read",
            reason(e),
            "check the path and its mode"),
        e);
  }

  /** Whether a write went wrong because the file system, or the user's quota, is full. */
  public static boolean isDiskFull(Path path, IOException e) {
    String said = String.valueOf(e.getMessage());
    // The texts are those of strerror(3) for ENOSPC and EDQUOT in the C locale.
    return said.contains("No space left on device")
        || said.contains("Disk quota exceeded")
        || (!isExplained(e) && free(path) < NEARLY_NOTHING);
  }

  /**
   * The problem {@code disk-full} with the path and the free space.
   *
   * @param needed bytes that are needed, -1 when not known
   */
  public static Problem diskFull(Path path, long needed) {
    String need = needed < 0 ? "" : ", " + ByteCount.text(needed) + " are needed";
    return HostSlug.DISK_FULL.problem(
        path.toString(),
        "no room for '" + path + "'",
        ByteCount.text(free(path)) + " are free there" + need,
        "make room on that file system, or move proxkiln's folders, then try again");
  }

  /**
   * Bytes that this user may still write where the path is or will be; 0 when it cannot be told.
   */
  public static long free(Path path) {
    for (Path here = path.toAbsolutePath(); here != null; here = here.getParent()) {
      if (Files.exists(here)) {
        try {
          return Files.getFileStore(here).getUsableSpace();
        } catch (IOException e) {
          return 0;
        }
      }
    }
    return 0;
  }

  private static Problem unwritable(Path path, IOException e) {
    return HostSlug.FILE_UNWRITABLE.problem(
        path.toString(),
        "'" + path + "' cannot be written",
        reason(e),
        "check that the folder is there, not read-only, and belongs to this user");
  }

  private static boolean isExplained(IOException e) {
    return e instanceof AccessDeniedException
        || e instanceof NoSuchFileException
        || e instanceof NotDirectoryException;
  }

  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case NoSuchFileException _ -> "no such file or folder";
      case NotDirectoryException _ -> "not a folder";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }
}
