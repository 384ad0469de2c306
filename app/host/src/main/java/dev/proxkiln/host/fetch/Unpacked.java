package dev.proxkiln.host.fetch;

import com.github.luben.zstd.ZstdInputStream;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import dev.proxkiln.host.file.BlockStream;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.host.process.ProgramStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** Decompression and archives as streams: every form that a {@code Fetch} can name. */
final class Unpacked {
  /**
   * Most memory for the dictionary of an xz stream, in KiB: enough for {@code xz -9}, which needs
   * 65 MiB, and not for one made to fill the machine.
   */
  private static final int XZ_MEMORY = 80 << 10;

  /** The limit lets several blocks of a file be unpacked at once. */
  private static final List<String> XZ = List.of("xz", "-dcqT0", "--memlimit-decompress=128MiB");

  /**
   * Programs that unpack several times faster than Java does, and outside its heap; where one is
   * not installed, Java does it. For zstd there is none: the library is the same C code.
   */
  private static final Map<String, List<String>> PROGRAMS =
      Map.of("xz", XZ, "bz2", List.of("bzip2", "-dc"));

  /**
   * Programs that write the image themselves, with holes as {@link SparseFile} leaves them; where
   * one does not know these options, Java does it.
   */
  private static final Map<String, List<String>> WRITING = Map.of("xz", XZ);

  /**
   * The same where a digest of all packed bytes is compared, which says more than the checksums
   * inside of them: these are not computed. For zstd they are most of what the free space at the
   * end of a disk costs, which can only be unpacked when everything else is here.
   */
  private static final Map<String, List<String>> WRITING_PROVEN =
      Map.of(
          "xz", with(XZ, "--ignore-check"),
          "zst", List.of("zstd", "-dcq", "--sparse", "--no-check", "--no-asyncio"));

  /** Base-two logarithm of the largest zstd window: 128 MiB, what {@code zstd -d} takes too. */
  private static final int ZSTD_WINDOW = 27;

  private static final int MOST_NAMED = 5;

  private static final long HEAP = 16L << 20;
  private static final long HEAP_WITH_DICTIONARY = 72L << 20;

  private Unpacked() {}

  /** Most bytes of Java's heap that one download holds; that of {@code xz -9} is the largest. */
  static long heap() {
    return ProgramStream.isThere("xz", ProcessCommands.PATH) ? HEAP : HEAP_WITH_DICTIONARY;
  }

  /**
   * What comes out of compressed bytes.
   *
   * @param compression as in {@link dev.proxkiln.core.plan.Fetch#compression}
   * @param member glob for the file in an archive
   * @param name what is unpacked, for problems
   * @throws ProblemException {@code archive-member-missing} when opened or read
   */
  static InputStream stream(
      InputStream in, String compression, Optional<String> member, String name) throws IOException {
    return stream(in, compression, member, name, ProcessCommands.PATH);
  }

  /**
   * The same.
   *
   * @param path where programs are looked for, folders joined by colons
   */
  static InputStream stream(
      InputStream in, String compression, Optional<String> member, String name, String path)
      throws IOException {
    if (compression.startsWith("tar")) {
      String inner = compression.equals("tar") ? "none" : compression.substring(4);
      return member(
          new TarArchiveInputStream(new BufferedInputStream(plain(in, inner, path), 1 << 16)),
          member,
          name);
    }
    if (compression.equals("zip")) {
      return member(new ZipArchiveInputStream(in), member, name);
    }
    return plain(in, compression, path);
  }

  /**
   * The program that can unpack this {@link #into} a file here, if one can.
   *
   * @param isProven whether a digest of all packed bytes is compared
   */
  static Optional<List<String>> straight(String compression, boolean isProven) {
    return Optional.ofNullable((isProven ? WRITING_PROVEN : WRITING).get(compression))
        .filter(argv -> ProgramStream.runs(with(argv, "--version"), ProcessCommands.PATH));
  }

  private static List<String> with(List<String> argv, String option) {
    return Stream.concat(argv.stream(), Stream.of(option)).toList();
  }

  /**
   * Unpacks into a file by a program that writes it itself: no byte of the image goes through a
   * pipe and through this process, which on a small machine takes as long as unpacking does.
   *
   * @param argv from {@link #straight}
   * @return the program at its work; {@link ProgramStream#ends} waits for it
   */
  static ProgramStream into(Path image, List<String> argv, InputStream in) throws IOException {
    return ProgramStream.into(image, argv, in, ProcessCommands.PATH)
        .orElseThrow(() -> new IOException("'" + argv.getFirst() + "' cannot be started"));
  }

  private static InputStream plain(InputStream in, String compression, String path)
      throws IOException {
    Optional<ProgramStream> program =
        Optional.ofNullable(PROGRAMS.get(compression))
            .flatMap(argv -> ProgramStream.open(argv, in, path));
    if (program.isPresent()) {
      return program.get();
    }
    return switch (compression) {
      case "none" -> in;
      // A file may hold several streams one after another, as pixz, pigz and pbzip2 write them.
      case "xz" -> new XZInputStream(in, XZ_MEMORY);
      case "gz" -> new Gunzip(in);
      case "bz2" -> new BZip2CompressorInputStream(in, true);
      case "zst" -> new ZstdInputStream(in).setLongMax(ZSTD_WINDOW);
      default -> throw new IllegalArgumentException("compression " + compression);
    };
  }

  private static InputStream member(
      ArchiveInputStream<?> archive, Optional<String> glob, String name) throws IOException {
    Member member = new Member(archive, glob, name);
    try {
      member.find();
      return member;
    } catch (IOException | RuntimeException e) {
      member.close();
      throw e;
    }
  }

  /** The wanted file of an archive; at its end the rest is looked at for a second one. */
  private static final class Member extends BlockStream {
    private final ArchiveInputStream<?> archive;
    private final Optional<String> glob;
    private final String name;
    private final List<String> others = new ArrayList<>();
    private boolean ended;

    private Member(ArchiveInputStream<?> archive, Optional<String> glob, String name) {
      this.archive = archive;
      this.glob = glob;
      this.name = name;
    }

    private void find() throws IOException {
      if (!next()) {
        throw missing(
            "the archive has no file " + glob.map(g -> "like '" + g + "'").orElse("in it"),
            others.isEmpty() ? "it is empty" : "it has '" + String.join("', '", others) + "'");
      }
    }

    private boolean next() throws IOException {
      for (ArchiveEntry entry = archive.getNextEntry();
          entry != null;
          entry = archive.getNextEntry()) {
        if (!entry.isDirectory() && archive.canReadEntryData(entry)) {
          if (isWanted(entry.getName())) {
            return true;
          }
          if (others.size() < MOST_NAMED) {
            others.add(entry.getName());
          }
        }
      }
      return false;
    }

    private boolean isWanted(String entry) {
      if (glob.isEmpty()) {
        return true;
      }
      Path path = Path.of(entry.replaceFirst("^(\\./)+", ""));
      PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob.get());
      Path last = path.getFileName();
      return matcher.matches(path) || (last != null && matcher.matches(last));
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (ended) {
        return -1;
      }
      int count = archive.read(target, offset, length);
      if (count < 0) {
        ended = true;
        if (next()) {
          throw missing(
              "the archive has several files " + glob.map(g -> "like '" + g + "'").orElse("in it"),
              "which one is the disk is not known");
        }
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      archive.close();
    }

    private ProblemException missing(String what, String why) {
      return HostSlug.ARCHIVE_MEMBER_MISSING
          .problem(
              name, what, why, "name the disk image inside the archive: --archive-member PATTERN")
          .raise();
    }
  }
}
