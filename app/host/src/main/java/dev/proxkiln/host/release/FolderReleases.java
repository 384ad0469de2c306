package dev.proxkiln.host.release;

import dev.proxkiln.core.port.Downloads.Watch;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import dev.proxkiln.host.file.FileTrouble;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One release in a folder of this machine: its checksums, their signature, the archive. */
public final class FolderReleases implements ReleaseSource {
  private final Path folder;

  /** A source. */
  public FolderReleases(Path folder) {
    this.folder = folder;
  }

  /**
   * The version that lies there.
   *
   * @param platform for example {@code linux-amd64}
   * @throws ProblemException {@code release-invalid}
   */
  public ReleaseVersion version(String platform) {
    String sums = new String(read(ReleaseArchive.SUMS, Channel.MOST), StandardCharsets.UTF_8);
    Matcher named =
        Pattern.compile("(?m)^[0-9a-f]{64}  proxkiln-(.+)-" + platform + "\\.tar\\.zst$")
            .matcher(sums);
    if (!named.find()) {
      throw HostSlug.RELEASE_INVALID
          .problem(
              folder.toString(),
              "'" + folder + "' holds no release for " + platform + ".",
              "Its " + ReleaseArchive.SUMS + " names no such archive.",
              "Give the folder of a whole release.")
          .raise();
    }
    return new ReleaseVersion(named.group(1));
  }

  @Override
  public String folder(ReleaseVersion version) {
    return "";
  }

  @Override
  public String where(String name) {
    return folder.resolve(name).toString();
  }

  @Override
  public byte[] read(String name, int most) {
    Path file = folder.resolve(name);
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(most);
    } catch (IOException e) {
      throw FileTrouble.reading(file, e);
    }
  }

  @Override
  public void save(String name, Path file, Watch watch) {
    try {
      Files.copy(folder.resolve(name), file);
      watch.progress(Files.size(file), Files.size(file));
    } catch (IOException e) {
      throw Files.isReadable(folder.resolve(name))
          ? FileTrouble.writing(file, e)
          : FileTrouble.reading(folder.resolve(name), e);
    }
  }
}
