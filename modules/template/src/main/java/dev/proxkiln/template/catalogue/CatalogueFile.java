package dev.proxkiln.template.catalogue;

import dev.proxkiln.core.tree.Tree;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Reads one file of the catalogue. The format is described in {@code docs/catalogue.md}. */
final class CatalogueFile {

  private static final Pattern USER = Pattern.compile("[a-z_][a-z0-9_-]{0,31}");
  private static final Pattern FINGERPRINT = Pattern.compile("[0-9A-F]{40}|[0-9A-F]{64}");
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}");

  private final Consumer<String> faults;
  private final List<Image> images = new ArrayList<>();

  private CatalogueFile(Consumer<String> faults) {
    this.faults = faults;
  }

  /**
   * The images of a file.
   *
   * @param faults is told everything that is wrong, one sentence each; the images read are then not
   *     to be used
   */
  static List<Image> read(String text, Consumer<String> faults) {
    CatalogueFile file = new CatalogueFile(faults);
    try {
      file.file(YamlTree.read(text));
    } catch (JacksonException e) {
      faults.accept(
          "it is not YAML: " + e.getOriginalMessage().lines().findFirst().orElse("") + place(e));
    }
    return file.images;
  }

  private static String place(JacksonException e) {
    return e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
  }

  private void file(@Nullable Object tree) {
    Entry head = new Entry("the file", tree == null ? "" : tree, Map.of(), faults);
    String distribution = head.needed("distribution");
    String family = head.text("family", "other");
    String publisher = head.text("publisher", "");
    head.text("title");
    Map<String, Object> defaults =
        head.find("defaults").map(found -> Tree.map(found, "")).orElse(Map.of());
    List<?> list = head.list("images");
    if (list.isEmpty()) {
      head.fault("'images' is missing or empty");
    }
    for (Object one : list) {
      image(one, defaults, distribution, family, publisher);
    }
    head.close();
  }

  private void image(
      Object tree,
      Map<String, Object> defaults,
      String distribution,
      String family,
      String publisher) {
    String id = Tree.text(tree, "id");
    Entry entry = new Entry("image '" + id + "'", tree, defaults, faults);
    entry.needed("id");
    if (!id.isEmpty() && !Image.ID.matcher(id).matches()) {
      entry.fault("'id' may have small letters, digits, dots and dashes only");
    }
    Set<Firmware> firmware = firmware(entry.word("firmware", "both", "bios", "uefi", "both"));
    Needs needs = needs(entry);
    String compression =
        entry.word(
            "compression",
            "none",
            "none",
            "xz",
            "gz",
            "bz2",
            "zst",
            "zip",
            "tar",
            "tar.xz",
            "tar.gz",
            "tar.bz2",
            "tar.zst");
    Optional<String> member = entry.text("member");
    String format = entry.word("format", "qcow2", "qcow2", "raw", "vmdk");
    List<Download> downloads = new ArrayList<>();
    for (Object one : entry.list("downloads")) {
      downloads.add(download(id, one, firmware, compression, member, format));
    }
    if (downloads.isEmpty()) {
      entry.fault("'downloads' is missing or empty");
    }
    images.add(
        new Image(
            id,
            distribution,
            entry.text("family", family),
            entry.text("publisher", publisher),
            entry.text("title", id),
            entry.text("version", ""),
            entry.text("codename", ""),
            entry.date("released"),
            entry.date("eol"),
            entry.date("eol-extended"),
            entry.texts("aliases"),
            entry.text("notes", ""),
            needs,
            downloads));
    entry.close();
  }

  private static Needs needs(Entry entry) {
    String user = entry.text("user", "cloud");
    if (!USER.matcher(user).matches()) {
      entry.fault("'user' is '" + user + "', which is no user name");
    }
    return new Needs(
        user,
        entry.text("packages", ""),
        entry.word("os-type", "l26", "l26", "l24", "solaris", "other"),
        entry.flag("secure-boot", false),
        entry.word("machine", "q35", "q35", "i440fx"),
        entry.text("cpu", "x86-64-v2-AES"),
        entry.word("cloud-init-bus", "scsi", "scsi", "sata", "ide"),
        entry.word("console", "serial", "serial", "std"),
        entry.flag("agent", false),
        entry.flag("agent-runs", true),
        entry.size("memory").orElse(512L << 20),
        entry.size("min-disk").orElse(1L << 30),
        entry.size("virtual-size"));
  }

  private static Set<Firmware> firmware(String word) {
    return switch (word) {
      case "bios" -> Set.of(Firmware.BIOS);
      case "uefi" -> Set.of(Firmware.UEFI);
      default -> Set.of(Firmware.BIOS, Firmware.UEFI);
    };
  }

  private Download download(
      String id,
      Object tree,
      Set<Firmware> firmware,
      String compression,
      Optional<String> member,
      String format) {
    Entry entry = new Entry("a download of image '" + id + "'", tree, Map.of(), faults);
    String arch = entry.word("arch", "amd64", "amd64", "arm64");
    boolean insecure = entry.flag("insecure", false);
    String url = address(entry, "url", insecure);
    Optional<Download.Checksum> checksum =
        entry.entry("checksum").map(inner -> checksum(inner, url, insecure));
    Optional<Download.Signature> signature =
        entry.entry("signature").map(inner -> signature(inner, insecure));
    Optional<Download.Pinned> pinned = entry.entry("pinned").map(inner -> pinned(inner, insecure));
    if (checksum.isEmpty() && pinned.isEmpty()) {
      entry.fault("it has neither 'checksum' nor 'pinned', so nothing says what its bytes must be");
    }
    Optional<String> own = entry.text("firmware");
    Download download =
        new Download(
            arch,
            own.isEmpty()
                ? firmware
                : firmware(entry.word("firmware", "both", "bios", "uefi", "both")),
            url,
            checksum,
            signature,
            pinned,
            compression,
            member,
            format,
            insecure,
            entry.word("confidence", "confirmed", "confirmed", "pattern").equals("confirmed"));
    entry.close();
    return download;
  }

  private static String address(Entry entry, String key, boolean insecure) {
    String url = entry.needed(key);
    try {
      String scheme = String.valueOf(new URI(url).getScheme());
      if (!url.isEmpty() && !scheme.equals("https") && !(insecure && scheme.equals("http"))) {
        entry.fault(
            "'"
                + key
                + "' is '"
                + url
                + "', which is no https address"
                + (scheme.equals("http") ? " (the download may say 'insecure: true')" : ""));
      }
    } catch (URISyntaxException e) {
      entry.fault("'" + key + "' is '" + url + "', which is no address");
    }
    return url;
  }

  private static Download.Checksum checksum(Entry entry, String image, boolean insecure) {
    Download.Checksum checksum =
        new Download.Checksum(
            address(entry, "url", insecure),
            entry.word("form", "gnu", "gnu", "bsd", "single", "clearsigned"),
            entry.word("algorithm", "sha256", "sha256", "sha512"),
            entry.text("file", image.substring(image.lastIndexOf('/') + 1)));
    entry.close();
    return checksum;
  }

  private static Download.Signature signature(Entry entry, boolean insecure) {
    String fingerprint = entry.needed("fingerprint").replace(" ", "");
    if (!fingerprint.isEmpty() && !FINGERPRINT.matcher(fingerprint).matches()) {
      entry.fault("'fingerprint' is not the 40 or 64 upper-case hex digits of an OpenPGP key");
    }
    Download.Signature signature =
        new Download.Signature(
            entry.word("over", "checksum", "checksum", "image"),
            entry.text("url").map(url -> address(entry, "url", insecure)),
            fingerprint);
    entry.close();
    return signature;
  }

  private static Download.Pinned pinned(Entry entry, boolean insecure) {
    String digest = entry.needed("digest");
    if (!digest.isEmpty() && !DIGEST.matcher(digest).matches()) {
      entry.fault("'digest' is not sha256: or sha512: with the digest in lower-case hex");
      digest = "";
    }
    int colon = Math.max(0, digest.indexOf(':'));
    Download.Pinned pinned =
        new Download.Pinned(
            address(entry, "url", insecure),
            digest.substring(0, colon),
            digest.isEmpty() ? "" : digest.substring(colon + 1));
    entry.close();
    return pinned;
  }
}
