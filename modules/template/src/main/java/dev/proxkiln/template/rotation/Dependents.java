package dev.proxkiln.template.rotation;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which guests hang on the disks of a template.
 *
 * <p>File storages, ZFS and RBD write the base into the name of a linked clone's volume, and the
 * node refuses to remove such a base. LVM-thin and btrfs write it nowhere, as their snapshots do
 * not need the base any more; there, a guest counts that carries the version's tags, which a clone
 * inherits (pve-storage: the plugins' parse_volname).
 */
final class Dependents {
  private static final Pattern VOLUME = Pattern.compile("([A-Za-z][\\w.-]*):([^,]+)");

  private final PvePort pve;
  private final Facts facts;

  Dependents(PvePort pve, Facts facts) {
    this.pve = pve;
    this.facts = facts;
  }

  /** VM IDs of the guests, sorted; empty when the template may go. */
  List<Long> of(Series series, Series.Version version) {
    GuestFacts template = version.guest();
    TreeSet<Long> found = new TreeSet<>();
    String at = "/nodes/" + template.node();
    Map<String, Object> config =
        Tree.map(
            pve.send(ResolvedCall.get(at + "/qemu/" + template.vmid() + "/config")).value(), "");
    for (Volume base : bases(config)) {
      if (byTags(base.storage)) {
        inherited(series, version).forEach(found::add);
      } else {
        Object volumes =
            pve.send(
                    ResolvedCall.get(
                        at + "/storage/" + base.storage + "/content", "content", "images"))
                .value();
        for (Object row : Tree.list(volumes, "")) {
          if (Tree.text(row, "volid").startsWith(base.storage + ":" + base.name + "/")) {
            Tree.number(row, "vmid").ifPresent(found::add);
          }
        }
      }
    }
    return List.copyOf(found);
  }

  private record Volume(String storage, String name) {}

  private static List<Volume> bases(Map<String, Object> config) {
    List<Volume> bases = new ArrayList<>();
    config.forEach(
        (key, value) -> {
          Matcher volume = VOLUME.matcher(Tree.text(value));
          if (key.matches("(?:scsi|virtio|sata|ide|efidisk|tpmstate)\\d+")
              && volume.lookingAt()
              && volume.group(2).contains("base-")) {
            bases.add(new Volume(volume.group(1), volume.group(2)));
          }
        });
    return bases;
  }

  /** Whether the storage's volumes do not tell what they were cloned from. */
  private boolean byTags(String storage) {
    return facts
        .storage(storage)
        .map(StorageFacts::type)
        .map(type -> type.equals("lvmthin") || type.equals("btrfs"))
        .orElse(false);
  }

  private List<Long> inherited(Series series, Series.Version version) {
    return facts.guests().stream()
        .filter(g -> g.vmid() != version.guest().vmid() && !g.template())
        .filter(g -> g.tags().contains(Series.SERIES + series.name()))
        .filter(g -> Series.version(g).equals(version.version()))
        .map(GuestFacts::vmid)
        .toList();
  }
}
