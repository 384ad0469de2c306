package dev.proxkiln.template.rotation;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.template.existing.Copies;
import dev.proxkiln.template.existing.Templates;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
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
public final class Dependents {
  private static final Pattern VOLUME = Pattern.compile("([A-Za-z][\\w.-]*):([^,]+)");

  private final PvePort pve;
  private final Facts facts;

  /** Looks through a session. */
  public Dependents(PvePort pve, Facts facts) {
    this.pve = pve;
    this.facts = facts;
  }

  /**
   * What keeps a template from being deleted.
   *
   * @param clones VM IDs of the guests that hang on it, sorted
   * @param guarded whether it is protected against removal
   */
  public record Hold(List<Long> clones, boolean guarded) {
    public Hold {
      clones = List.copyOf(clones);
    }

    /** For people; empty text when it may go. */
    public String text() {
      if (!clones.isEmpty()) {
        return "used by " + String.join(", ", clones.stream().map(String::valueOf).toList());
      }
      return guarded ? "protected" : "";
    }

    /** Both together. */
    Hold and(Hold other) {
      TreeSet<Long> all = new TreeSet<>(clones);
      all.addAll(other.clones);
      return new Hold(List.copyOf(all), guarded || other.guarded);
    }
  }

  /** Of a version, or of a copy of one. */
  Hold of(Series series, Series.Version version) {
    return of(
        version.guest(),
        guest ->
            guest.tags().contains(Series.SERIES + series.name())
                && Series.version(guest).equals(version.version()));
  }

  /** Of any template that runs left their marks on. */
  public Hold of(GuestFacts template) {
    return of(template, guest -> Copies.isClone(guest, template));
  }

  private Hold of(GuestFacts template, Predicate<GuestFacts> inherits) {
    TreeSet<Long> found = new TreeSet<>();
    String at = "/nodes/" + template.node();
    Map<String, Object> config = Templates.config(pve, template);
    for (Volume base : bases(config)) {
      if (byTags(base.storage)) {
        facts.guests().stream()
            .filter(g -> g.vmid() != template.vmid() && !g.template())
            .filter(inherits)
            .forEach(g -> found.add(g.vmid()));
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
    return new Hold(List.copyOf(found), Tree.flag(config, "protection"));
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
}
