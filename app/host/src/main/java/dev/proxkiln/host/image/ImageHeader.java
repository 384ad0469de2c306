package dev.proxkiln.host.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the first bytes of a file say about it. */
sealed interface ImageHeader {

  /**
   * QEMU's format (docs/interop/qcow2.txt of QEMU).
   *
   * @param others name of another file that it needs
   * @param flaw why it cannot be used
   */
  record Qcow2(long virtualSize, Optional<String> others, Optional<String> flaw)
      implements ImageHeader {}

  /** VMware's format, in one file (Virtual Disk Format 5.0). */
  record Vmdk(long virtualSize, Optional<String> others) implements ImageHeader {}

  /** A plain disk: something that a firmware or a kernel knows is on it. */
  record Raw(long virtualSize) implements ImageHeader {}

  /** A disk image in a format that is not used here. */
  record OtherImage(String format) implements ImageHeader {}

  /** No disk image; says what it is, as far as known. */
  record Other(String what) implements ImageHeader {}

  /** Bytes at the start in which everything that is looked for lies. */
  int LENGTH = 0x10048 + 8;

  int SECTOR = 512;

  /** Reads a file's header. */
  static ImageHeader read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer head = bytes(channel, 0, LENGTH);
      long size = channel.size();
      if (starts(head, "QFI\u00fb")) {
        return qcow2(head, channel);
      }
      if (starts(head, "KDMV")) {
        return vmdk(head, channel);
      }
      return foreign(head).orElseGet(() -> plain(head, size));
    }
  }

  private static ImageHeader qcow2(ByteBuffer head, FileChannel channel) throws IOException {
    if (head.limit() < 112) {
      return new Other("the beginning of a qcow2 image");
    }
    int version = head.getInt(4);
    if (version != 2 && version != 3) {
      return new Qcow2(
          0, Optional.empty(), Optional.of("its version is " + version + ", not 2 or 3"));
    }
    long size = head.getLong(24);
    long backing = head.getLong(8);
    if (backing != 0) {
      int length = Math.clamp(head.getInt(16), 0, 1023);
      return new Qcow2(size, Optional.of(text(bytes(channel, backing, length))), Optional.empty());
    }
    long features = version == 3 ? head.getLong(72) : 0;
    if ((features & 4) != 0) {
      return new Qcow2(size, Optional.of(externalFile(head)), Optional.empty());
    }
    if (head.getInt(32) != 0) {
      return new Qcow2(size, Optional.empty(), Optional.of("it is encrypted"));
    }
    if ((features & 2) != 0) {
      return new Qcow2(size, Optional.empty(), Optional.of("it is marked as corrupt"));
    }
    return new Qcow2(size, Optional.empty(), Optional.empty());
  }

  /** The header extension {@code DATA} of a qcow2 image. */
  private static String externalFile(ByteBuffer head) {
    int at = Math.clamp(head.getInt(100), 104, head.limit());
    while (at + 8 <= head.limit()) {
      int type = head.getInt(at);
      int length = head.getInt(at + 4);
      if (type == 0 || length < 0 || length > head.limit() - at - 8) {
        break;
      }
      if (type == 0x44415441) {
        return text(head.slice(at + 8, length));
      }
      at += 8 + (length + 7) / 8 * 8;
    }
    return "unnamed";
  }

  private static ImageHeader vmdk(ByteBuffer head, FileChannel channel) throws IOException {
    ByteBuffer little = head.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (head.limit() < SECTOR) {
      return new Other("the beginning of a vmdk image");
    }
    long capacity = little.getLong(12) * SECTOR;
    long at = little.getLong(28) * SECTOR;
    int length = (int) Math.clamp(little.getLong(36) * SECTOR, 0, 1 << 20);
    return new Vmdk(capacity, vmdkOthers(text(bytes(channel, Math.max(0, at), length))));
  }

  private static Optional<String> vmdkOthers(String descriptor) {
    Pattern parent = Pattern.compile("(?m)^parentFileNameHint\\s*=\\s*\"([^\"]*)\"");
    Matcher hint = parent.matcher(descriptor);
    if (hint.find()) {
      return Optional.of(hint.group(1));
    }
    Pattern extent =
        Pattern.compile("(?m)^(?:RW|RDONLY|NOACCESS)\\s+\\d+\\s+(\\w+)(?:\\s+\"([^\"]*)\")?");
    List<String> extents = extent.matcher(descriptor).results().map(m -> m.group()).toList();
    boolean isWhole = extents.size() <= 1 && extents.stream().allMatch(e -> e.contains(" SPARSE"));
    return isWhole ? Optional.empty() : Optional.of(String.join(", ", extents));
  }

  private static Optional<ImageHeader> foreign(ByteBuffer head) {
    if (starts(head, "vhdxfile")) {
      return Optional.of(new OtherImage("vhdx"));
    }
    if (starts(head, "conectix")) {
      return Optional.of(new OtherImage("vhd"));
    }
    if (has(head, 0x40, 0x7f, 0x10, 0xda, 0xbe)) {
      return Optional.of(new OtherImage("vdi"));
    }
    if (starts(head, "# Disk DescriptorFile")) {
      return Optional.of(new Vmdk(0, Optional.of("the files that its description names")));
    }
    return packed(head).map(Other::new);
  }

  private static Optional<String> packed(ByteBuffer head) {
    if (has(head, 0, 0x1f, 0x8b)) {
      return Optional.of("a gzip file");
    }
    if (has(head, 0, 0xfd, '7', 'z', 'X', 'Z', 0)) {
      return Optional.of("an xz file");
    }
    if (has(head, 0, 0x28, 0xb5, 0x2f, 0xfd)) {
      return Optional.of("a zstd file");
    }
    if (starts(head, "BZh")) {
      return Optional.of("a bzip2 file");
    }
    if (starts(head, "PK\u0003\u0004")) {
      return Optional.of("a zip file");
    }
    if (has(head, 257, 'u', 's', 't', 'a', 'r')) {
      return Optional.of("a tar file");
    }
    String start =
        text(head.slice(0, Math.min(head.limit(), 256))).stripLeading().toLowerCase(Locale.ROOT);
    if (start.startsWith("<!doctype html") || start.startsWith("<html")) {
      return Optional.of("a web page");
    }
    return start.startsWith("<?xml") ? Optional.of("an XML file") : Optional.empty();
  }

  /** Boot sector, GPT, or the magic numbers of file systems and volumes (file(1), filesystems). */
  private static ImageHeader plain(ByteBuffer head, long size) {
    boolean known =
        has(head, 510, 0x55, 0xaa)
            || has(head, 512, 'E', 'F', 'I', ' ', 'P', 'A', 'R', 'T')
            || has(head, 4096, 'E', 'F', 'I', ' ', 'P', 'A', 'R', 'T')
            || has(head, 0x438, 0x53, 0xef)
            || starts(head, "XFSB")
            || starts(head, "hsqs")
            || has(head, 512, 'L', 'A', 'B', 'E', 'L', 'O', 'N', 'E')
            || has(head, 0x10040, '_', 'B', 'H', 'R', 'f', 'S', '_', 'M')
            || has(head, 0x8001, 'C', 'D', '0', '0', '1');
    if (known) {
      return new Raw(size);
    }
    return new Other(size == 0 ? "an empty file" : "nothing that a machine could boot from");
  }

  private static ByteBuffer bytes(FileChannel channel, long at, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) >= 0) {
      // Goes on until the buffer is full or the file ends.
    }
    return buffer.flip();
  }

  private static boolean starts(ByteBuffer head, String magic) {
    int[] bytes = magic.chars().toArray();
    return has(head, 0, bytes);
  }

  private static boolean has(ByteBuffer head, int at, int... bytes) {
    if (at + bytes.length > head.limit()) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if ((head.get(at + i) & 0xff) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8
        .decode(bytes.duplicate())
        .toString()
        .replaceAll("\\p{Cntrl}", " ");
  }
}
