package dev.proxkiln.host.fetch;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Compresses bytes in every form that a fetch knows. */
final class Packed {
  private Packed() {}

  static byte[] of(String compression, byte[] bytes) {
    return of(compression, Map.of("image.bin", bytes));
  }

  static byte[] of(String compression, Map<String, byte[]> members) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      if (compression.equals("zip")) {
        zip(out, members);
      } else if (compression.startsWith("tar")) {
        String inner = compression.equals("tar") ? "none" : compression.substring(4);
        try (OutputStream packer = packer(inner, out)) {
          tar(packer, members);
        }
      } else {
        try (OutputStream packer = packer(compression, out)) {
          packer.write(members.values().iterator().next());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static OutputStream packer(String compression, OutputStream out) throws IOException {
    return switch (compression) {
      case "none" -> out;
      case "xz" -> new XZOutputStream(out, new LZMA2Options(1));
      case "gz" -> new GZIPOutputStream(out);
      case "bz2" -> new BZip2CompressorOutputStream(out, 1);
      case "zst" -> new ZstdOutputStream(out);
      default -> throw new IllegalArgumentException(compression);
    };
  }

  private static void zip(OutputStream out, Map<String, byte[]> members) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        zip.putNextEntry(new ZipEntry(member.getKey()));
        zip.write(member.getValue());
        zip.closeEntry();
      }
    }
  }

  private static void tar(OutputStream out, Map<String, byte[]> members) throws IOException {
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(member.getKey());
        entry.setSize(member.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(member.getValue());
        tar.closeArchiveEntry();
      }
    }
  }
}
