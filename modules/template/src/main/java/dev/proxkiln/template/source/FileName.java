package dev.proxkiln.template.source;

import dev.proxkiln.template.catalogue.Image;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the name of an image file says.
 *
 * @param name the last part of a path or an address
 */
record FileName(String name) {

  /**
   * An ending of a name.
   *
   * @param compression as in {@link dev.proxkiln.core.plan.Fetch#compression}
   * @param member glob of the disk in an archive, empty for its only file
   */
  private record Ending(String text, String compression, Optional<String> member) {
    private static Ending of(String text, String compression) {
      return new Ending(text, compression, Optional.empty());
    }
  }

  private static final List<Ending> ENDINGS =
      List.of(
          Ending.of(".tar.xz", "tar.xz"),
          Ending.of(".txz", "tar.xz"),
          Ending.of(".tar.gz", "tar.gz"),
          Ending.of(".tgz", "tar.gz"),
          Ending.of(".tar.bz2", "tar.bz2"),
          Ending.of(".tar.zst", "tar.zst"),
          Ending.of(".tar", "tar"),
          // An appliance in the Open Virtualization Format is a tar with disks of VMware's kind.
          new Ending(".ova", "tar", Optional.of("*.vmdk")),
          Ending.of(".xz", "xz"),
          Ending.of(".gz", "gz"),
          Ending.of(".bz2", "bz2"),
          Ending.of(".zst", "zst"),
          Ending.of(".zip", "zip"));

  private static final List<String> FORMATS = List.of(".qcow2", ".img", ".raw", ".vmdk", ".disk");

  /** The name at the end of an address, without a query. */
  static FileName of(String address) {
    return ofPath(address.replaceFirst("[?#].*$", ""));
  }

  /** The name at the end of a path, in which {@code ?} and {@code #} stand for themselves. */
  static FileName ofPath(String path) {
    String plain = path.replaceFirst("/+$", "");
    return new FileName(plain.substring(plain.lastIndexOf('/') + 1));
  }

  private Optional<Ending> ending() {
    String lower = name.toLowerCase(Locale.ROOT);
    return ENDINGS.stream().filter(ending -> lower.endsWith(ending.text)).findFirst();
  }

  String compression() {
    return ending().map(Ending::compression).orElse("none");
  }

  Optional<String> member() {
    return ending().flatMap(Ending::member);
  }

  boolean isIso() {
    return name.toLowerCase(Locale.ROOT).endsWith(".iso");
  }

  /** A short name that fits an image, for tags and the template's name. */
  String id() {
    String plain = name.toLowerCase(Locale.ROOT);
    plain = plain.substring(0, plain.length() - ending().map(e -> e.text.length()).orElse(0));
    for (String format : FORMATS) {
      plain = plain.endsWith(format) ? plain.substring(0, plain.length() - format.length()) : plain;
    }
    plain = plain.replaceAll("[^a-z0-9.-]+", "-").replaceAll("^[.-]+", "");
    plain = plain.substring(0, Math.min(40, plain.length())).replaceAll("[.-]+$", "");
    return Image.ID.matcher(plain).matches() ? plain : "own-image";
  }
}
