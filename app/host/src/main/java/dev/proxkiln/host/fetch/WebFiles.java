package dev.proxkiln.host.fetch;

import dev.proxkiln.core.port.Downloads.Watch;
import dev.proxkiln.host.HostSlug;
import dev.proxkiln.host.file.ByteCount;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.file.Modes;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;

/**
 * Files of a web server that are no images: small ones are read, large ones saved. https only, and
 * nothing of them is verified here.
 */
public final class WebFiles {
  private static final Watch NOBODY =
      new Watch() {
        @Override
        public void progress(long done, long total) {
          // Nobody watches.
        }

        @Override
        public void note(String text) {
          // Nobody watches.
        }
      };
  private static final int PIECE = 128 << 10;

  private final Web web;
  private final Patience patience;

  /**
   * Files.
   *
   * @param environment environment variables: proxies and {@code SSL_CERT_FILE}
   */
  public WebFiles(Map<String, String> environment, Patience patience) {
    this.web = new Web(environment, patience);
    this.patience = patience;
  }

  /**
   * Reads a small file.
   *
   * @param most bytes that it may have
   * @throws dev.proxkiln.core.problem.ProblemException {@code address-insecure}, {@code
   *     download-not-found}, {@code download-too-large} and the others of a download
   */
  public byte[] read(String url, int most) {
    URI address = Web.address(url, false);
    try {
      return new Retries(patience, NOBODY)
          .until(
              address,
              () -> {
                try (Web.Answer answer = web.get(address, Map.of())) {
                  byte[] content = answer.body().readNBytes(most + 1);
                  if (content.length > most) {
                    throw tooLarge(address, most);
                  }
                  return content;
                }
              });
    } catch (IOException e) {
      throw Web.failed(address, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Saves a file, mode 0640; where the line breaks, the rest is asked for.
   *
   * @param most bytes that it may have
   * @throws dev.proxkiln.core.problem.ProblemException as {@link #read}, {@code disk-full}, {@code
   *     file-unwritable}
   */
  public void save(String url, Path file, long most, Watch watch) {
    URI address = Web.address(url, false);
    Retries retries = new Retries(patience, watch);
    try (ResumingStream stream =
            new ResumingStream(web, address, retries, 0, ResumingStream.Version.UNKNOWN, most);
        FileChannel out = create(file)) {
      stream.open();
      byte[] piece = new byte[PIECE];
      for (int count = stream.read(piece, 0); count >= 0; count = stream.read(piece, 0)) {
        append(out, piece, count, file);
        watch.progress(stream.offset(), stream.version().total());
      }
    } catch (IOException e) {
      throw Web.failed(address, String.valueOf(e.getMessage()));
    }
  }

  private static FileChannel create(Path file) {
    try {
      return Modes.open(
          file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), 0640);
    } catch (IOException e) {
      throw FileTrouble.writing(file, e);
    }
  }

  private static void append(FileChannel out, byte[] piece, int count, Path file) {
    ByteBuffer bytes = ByteBuffer.wrap(piece, 0, count);
    try {
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    } catch (IOException e) {
      throw FileTrouble.writing(file, e);
    }
  }

  private static RuntimeException tooLarge(URI address, int most) {
    return HostSlug.DOWNLOAD_TOO_LARGE
        .problem(
            address.toString(),
            "'" + address + "' is larger than it may be",
            "no such file is larger than " + ByteCount.text(most),
            "check the address")
        .raise();
  }
}
