package dev.proxkiln.host.release;

import dev.proxkiln.core.digest.Sha256;
import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.Downloads.Watch;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import dev.proxkiln.host.file.FileTrouble;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * One release's archive: named with its digest by a list that a key of ours signed.
 *
 * @param version what it holds
 * @param platform for example {@code linux-amd64}
 */
record ReleaseArchive(ReleaseVersion version, String platform) {
  /** The signed list of digests, as {@code sha256sum} writes it. */
  static final String SUMS = "SHA256SUMS";

  private static final Duration UNPACKING = Duration.ofMinutes(15);

  /** The platform of this machine, as archives are named. */
  static String here() {
    String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return "linux-" + (machine.equals("aarch64") ? "arm64" : machine);
  }

  String name() {
    return "proxkiln-" + version + "-" + platform + ".tar.zst";
  }

  /**
   * Fetches the archive into a folder, and verifies it.
   *
   * @throws ProblemException {@code signature-invalid}, {@code release-invalid}, {@code
   *     checksum-mismatch}, and those of a download
   */
  Path get(ReleaseSource source, ReleaseKeys keys, Path folder, Watch watch) {
    String at = source.folder(version);
    byte[] sums = source.read(at + SUMS, Channel.MOST);
    keys.verify(sums, source.read(at + SUMS + ".sig", Channel.MOST), source.where(at + SUMS));
    String digest =
        new String(sums, StandardCharsets.UTF_8)
            .lines()
            .filter(line -> line.matches("[0-9a-f]{64}  .*"))
            .filter(line -> line.substring(66).equals(name()))
            .map(line -> line.substring(0, 64))
            .findFirst()
            .orElseThrow(
                () -> invalid(source.where(at + SUMS), "The signed list does not name " + name()));
    Path archive = folder.resolve(name());
    source.save(at + name(), archive, watch);
    String found = digest(archive);
    if (!found.equals(digest)) {
      throw HostSlug.CHECKSUM_MISMATCH
          .problem(
              source.where(at + name()),
              "'" + name() + "' is not what was signed.",
              "Its sha256 is " + found + ", the signed list says " + digest + ".",
              "Try again; if it stays so, report it.")
          .raise();
    }
    return archive;
  }

  /** Unpacks it beside itself; gives the folder of the release. */
  Path unpack(Path archive, Commands commands) {
    Path folder = archive.resolveSibling("").normalize();
    Commands.Ended ended =
        commands.run(
            Commands.Command.of(
                    "tar",
                    "--zstd",
                    "--extract",
                    "--no-same-owner",
                    "--file",
                    archive.toString(),
                    "--directory",
                    folder.toString())
                .within(UNPACKING));
    if (!ended.ok()) {
      throw FileTrouble.free(folder) < 1 << 20
          ? FileTrouble.diskFull(folder, -1).raise()
          : invalid(archive.toString(), "It could not be unpacked: " + last(ended.err()));
    }
    Path tree = folder.resolve("proxkiln-" + version);
    if (!Files.isRegularFile(tree.resolve("MANIFEST.sha256"))) {
      throw invalid(archive.toString(), "It holds no release of that version");
    }
    return tree;
  }

  private static String last(String said) {
    return said.strip().lines().reduce((a, b) -> b).orElse("tar said nothing");
  }

  private static String digest(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return Sha256.of(in);
    } catch (IOException e) {
      throw FileTrouble.reading(file, e);
    }
  }

  static ProblemException invalid(String where, String why) {
    return HostSlug.RELEASE_INVALID
        .problem(where, "'" + where + "' is not what it should be.", why + ".", "Report it.")
        .raise();
  }
}
