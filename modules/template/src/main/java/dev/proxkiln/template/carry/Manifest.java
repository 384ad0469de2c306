package dev.proxkiln.template.carry;

import dev.proxkiln.core.tree.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an archive says of itself.
 *
 * @param name the template's name
 * @param version PVE version of the node that it comes from
 * @param config settings of the guest that another node can take as they are
 * @param disks its disks in the order of their slots
 * @param cloudInit slot of the cloud-init drive; empty text where there is none
 * @param leftOut settings that stay behind, and why
 */
record Manifest(
    String name,
    String version,
    Map<String, String> config,
    List<Disk> disks,
    String cloudInit,
    Map<String, String> leftOut) {

  /** The version of the form; grows when an older reader would misread a newer one. */
  static final int FORM = 1;

  static final String FILE = "manifest.json";
  static final String SUMS = "SHA256SUMS";

  private static final String MARK = "proxkiln-template";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  Manifest {
    config = Map.copyOf(config);
    disks = List.copyOf(disks);
    leftOut = Map.copyOf(leftOut);
  }

  /**
   * A disk.
   *
   * @param slot for example {@code scsi0}, {@code efidisk0}
   * @param format of its image in the archive
   * @param bytes its size as the guest sees it; 0 where the node does not say
   * @param options the drive's other options, for example {@code discard=on}
   */
  record Disk(String slot, String format, long bytes, Map<String, String> options) {
    Disk {
      options = Map.copyOf(options);
    }

    /** Its image in the archive. */
    String file() {
      return slot + "." + format;
    }

    /** Firmware variables and TPM states are small, and take no options of a drive. */
    boolean isState() {
      return slot.equals("efidisk0") || slot.equals("tpmstate0");
    }
  }

  /** The members of the archive, this one first. */
  List<String> members() {
    List<String> members = new ArrayList<>(List.of(FILE, SUMS));
    disks.forEach(disk -> members.add(disk.file()));
    return members;
  }

  /** As text. */
  String print() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put(MARK, FORM);
    tree.put("name", name);
    tree.put("pve", version);
    tree.put("config", new TreeMap<>(config));
    List<Object> images = new ArrayList<>();
    for (Disk disk : disks) {
      Map<String, Object> image = new LinkedHashMap<>();
      image.put("slot", disk.slot());
      image.put("file", disk.file());
      image.put("format", disk.format());
      image.put("bytes", disk.bytes());
      image.put("options", new TreeMap<>(disk.options()));
      images.add(image);
    }
    tree.put("disks", images);
    tree.put("cloud-init", cloudInit);
    tree.put("left-out", new TreeMap<>(leftOut));
    return JSON.writeValueAsString(tree) + "\n";
  }

  /**
   * Reads {@link #print} back.
   *
   * @throws IllegalArgumentException with the reason when it is no manifest that this version reads
   */
  static Manifest read(String text) {
    @Nullable Object tree;
    try {
      tree = JSON.readValue(text, Object.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("its manifest is not valid JSON", e);
    }
    String form = Tree.text(tree, MARK);
    if (!form.equals(Integer.toString(FORM))) {
      throw new IllegalArgumentException(
          form.isEmpty()
              ? "it holds no template"
              : "its form is version " + form + ", and this proxkiln reads " + FORM);
    }
    List<Disk> disks = new ArrayList<>();
    for (Object image : Tree.list(tree, "disks")) {
      Disk disk =
          new Disk(
              wanted("slot", "(?:scsi|virtio|sata|ide)\\d{1,2}|efidisk0|tpmstate0", image),
              wanted("format", "qcow2|raw", image),
              Tree.number(image, "bytes").orElse(0L),
              texts(Tree.map(image, "options")));
      disk.options().forEach((key, value) -> demand(Portable.isOption(key, value), key, value));
      disks.add(disk);
    }
    if (disks.stream().allMatch(Disk::isState)) {
      throw new IllegalArgumentException("it has no disk");
    }
    Map<String, String> config = texts(Tree.map(tree, "config"));
    // Whoever made the archive must not say which files or devices of this host the guest gets.
    config.forEach((key, value) -> demand(Portable.goes(key, value), key, value));
    return new Manifest(
        wanted("name", "[A-Za-z0-9](?:[A-Za-z0-9.-]{0,61}[A-Za-z0-9])?", tree),
        Tree.text(tree, "pve"),
        config,
        disks,
        wanted("cloud-init", "(?:(?:scsi|virtio|sata|ide)\\d{1,2})?", tree),
        texts(Tree.map(tree, "left-out")));
  }

  private static void demand(boolean right, String key, String value) {
    if (!right) {
      throw new IllegalArgumentException("an archive holds no setting '" + key + "=" + value + "'");
    }
  }

  private static String wanted(String key, String pattern, @Nullable Object tree) {
    String text = Tree.text(tree, key);
    if (!text.matches(pattern)) {
      throw new IllegalArgumentException("'" + text + "' is no valid " + key);
    }
    return text;
  }

  private static Map<String, String> texts(Map<String, Object> tree) {
    Map<String, String> texts = new TreeMap<>();
    tree.forEach((key, value) -> texts.put(key, Tree.text(value)));
    return texts;
  }
}
