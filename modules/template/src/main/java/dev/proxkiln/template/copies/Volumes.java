package dev.proxkiln.template.copies;

import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.pve.model.DiskSize;
import dev.proxkiln.pve.model.VolumeId;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a template's configuration says of its volumes and of what it needs on a node.
 *
 * @param disks volumes by their slots
 * @param bytes virtual size of the disks of each storage
 * @param snippets cloud-init files by their roles, such as {@code vendor}
 * @param bridges of its network interfaces
 */
record Volumes(
    Map<String, VolumeId> disks,
    Map<String, Long> bytes,
    Map<String, VolumeId> snippets,
    TreeSet<String> bridges) {
  private static final Pattern DRIVE =
      Pattern.compile("(?:scsi|virtio|sata|ide|efidisk|tpmstate)\\d+");
  private static final Pattern SIZE = Pattern.compile("(?:^|,)size=([^,]+)");
  private static final Pattern BRIDGE = Pattern.compile("(?:^|,)bridge=([^,]+)");

  /** Of a guest's configuration. */
  static Volumes of(Map<String, Object> config) {
    Map<String, VolumeId> disks = new TreeMap<>();
    Map<String, Long> bytes = new TreeMap<>();
    Map<String, VolumeId> snippets = new TreeMap<>();
    TreeSet<String> bridges = new TreeSet<>();
    config.forEach(
        (key, value) -> {
          String text = Tree.text(value);
          if (DRIVE.matcher(key).matches()) {
            Optional<VolumeId> volume = VolumeId.find(text.split(",", 2)[0]);
            volume.ifPresent(
                v -> {
                  disks.put(key, v);
                  bytes.merge(v.storage(), size(text), Long::sum);
                });
          } else if (key.equals("cicustom")) {
            for (String part : text.split(",", -1)) {
              int equals = part.indexOf('=');
              VolumeId.find(part.substring(equals + 1))
                  .ifPresent(file -> snippets.put(part.substring(0, Math.max(0, equals)), file));
            }
          } else if (key.matches("net\\d+")) {
            Matcher bridge = BRIDGE.matcher(text);
            if (bridge.find()) {
              bridges.add(bridge.group(1));
            }
          }
        });
    return new Volumes(disks, bytes, snippets, bridges);
  }

  private static long size(String drive) {
    Matcher size = SIZE.matcher(drive);
    return size.find() ? DiskSize.parse(size.group(1)).bytes() : 0;
  }
}
