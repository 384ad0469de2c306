package dev.proxkiln.template.catalogue;

import dev.proxkiln.core.tree.Tree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Reads one file of the catalogue. The format is described in {@code docs/catalogue.md}. */
final class CatalogueFile {

  private static final Pattern USER = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,31}");

  /** What no two images share. */
  private static final List<String> OF_ONE_IMAGE = List.of("id", "title", "aliases", "downloads");

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
    Set<String> keys = new TreeSet<>();
    for (Object one : list) {
      keys.addAll(image(one, defaults, distribution, family, publisher));
    }
    if (!keys.isEmpty()) {
      keys.removeAll(OF_ONE_IMAGE);
      new Entry("'defaults'", defaults, Map.of(), faults).close(keys);
    }
    head.close();
  }

  /** Reads an image and tells which keys it may have. */
  private Set<String> image(
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
    Nature nature = nature(entry);
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
    String format = entry.word("format", "qcow2", "qcow2", "raw", "vmdk", "iso");
    DownloadReader reader =
        new DownloadReader(id, needs.firmware(), compression, member, format, faults);
    List<Download> downloads = new ArrayList<>();
    for (Object one : entry.list("downloads")) {
      downloads.add(reader.read(one));
    }
    if (downloads.isEmpty() != (nature.kind() == Kind.MANUAL)) {
      entry.fault(
          downloads.isEmpty()
              ? "'downloads' is missing or empty"
              : "it has 'downloads', so its kind is not manual");
    }
    images.add(
        new Image(
            id,
            nature,
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
    return entry.known();
  }

  private static Nature nature(Entry entry) {
    String kind = entry.word("kind", Kind.CLOUD_IMAGE.word(), words(Kind.values(), Kind::word));
    String provisioning =
        entry.word(
            "provisioning",
            Provisioning.CLOUD_INIT.word(),
            words(Provisioning.values(), Provisioning::word));
    Nature nature =
        new Nature(
            of(Kind.values(), Kind::word, kind),
            of(Provisioning.values(), Provisioning::word, provisioning),
            entry.word(
                "answers",
                "none",
                "none",
                "preseed",
                "autoinstall",
                "kickstart",
                "autoyast",
                "agama",
                "proxmox"),
            entry.text("page").map(page -> DownloadReader.address(entry, "page", false)),
            entry.texts("assumed"));
    if (nature.kind() == Kind.MANUAL && nature.page().isEmpty()) {
      entry.fault("'page' is missing: where does one get the file?");
    }
    return nature;
  }

  private static <T> String[] words(T[] values, Function<T, String> word) {
    return Arrays.stream(values).map(word).toArray(String[]::new);
  }

  private static <T> T of(T[] values, Function<T, String> word, String text) {
    return Arrays.stream(values).filter(v -> word.apply(v).equals(text)).findFirst().orElseThrow();
  }

  private static Needs needs(Entry entry) {
    String user = entry.text("user", "cloud");
    if (!USER.matcher(user).matches()) {
      entry.fault("'user' is '" + user + "', which is no user name");
    }
    return new Needs(
        user,
        entry.text("packages", ""),
        DownloadReader.firmware(entry),
        entry.word("os-type", "l26", "l26", "l24", "solaris", "win10", "win11", "other"),
        entry.flag("secure-boot", false),
        entry.word("machine", "q35", "q35", "i440fx"),
        entry.text("cpu", "x86-64-v2-AES"),
        entry.word("cloud-init-bus", "scsi", "scsi", "sata", "ide"),
        entry.word("disk-bus", "scsi", "scsi", "virtio", "sata"),
        entry.word("console", "serial", "serial", "std"),
        entry.flag("agent", false),
        entry.flag("agent-runs", true),
        entry.size("memory").orElse(512L << 20),
        entry.size("min-disk").orElse(1L << 30),
        entry.size("virtual-size"));
  }
}
