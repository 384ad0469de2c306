package dev.proxkiln.host.file;

import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small files of the user's, read whole. */
public final class TextFile {
  /** Twice what PVE takes of any snippet. */
  private static final int MOST = 2 << 20;

  private TextFile() {}

  /**
   * The text of a file in UTF-8.
   *
   * @throws ProblemException {@code file-unreadable}, also for more than 2 MiB, and for bytes that
   *     are no UTF-8
   */
  public static String read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST + 1);
      if (bytes.length > MOST) {
        throw refused(file, "It is larger than 2 MiB.", "Give a smaller file.");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw refused(file, "It is no text in UTF-8.", "Convert it, for example with iconv.");
    } catch (IOException e) {
      throw FileTrouble.reading(file, e);
    }
  }

  /**
   * The absolute path of a file that can be read.
   *
   * @throws ProblemException {@code file-unreadable}
   */
  public static Path readable(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      // A folder can be opened, and refuses to be read.
      in.readNBytes(1);
      return file.toAbsolutePath().normalize();
    } catch (IOException e) {
      throw FileTrouble.reading(file, e);
    }
  }

  private static ProblemException refused(Path file, String why, String next) {
    return HostSlug.FILE_UNREADABLE
        .problem(file.toString(), "'" + file + "' cannot be read", why, next)
        .raise();
  }
}
