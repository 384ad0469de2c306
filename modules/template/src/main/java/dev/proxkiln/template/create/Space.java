package dev.proxkiln.template.create;

import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.template.catalogue.Needs;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The free space that the disks need, by storage.
 *
 * @param least bytes, the first disk's storage first
 */
record Space(SequencedMap<StorageFacts, Long> least) {

  /**
   * What the disks need of each storage; an empty disk takes room at once only where it is thick.
   */
  static Space of(Disks disks, Needs needs) {
    SequencedMap<StorageFacts, Long> least = new LinkedHashMap<>();
    least.put(disks.storage(), Conditions.space(disks.storage(), disks.size(), needs));
    for (FurtherDisk disk : disks.more()) {
      boolean thick = disk.storage().type().equals("lvm");
      least.merge(disk.storage(), thick ? disk.size() : 0L, Long::sum);
    }
    return new Space(least);
  }

  /** Where there is too little, as far as the node says how much there is. */
  Map<StorageFacts, Long> shortage() {
    Map<StorageFacts, Long> shortage = new LinkedHashMap<>(least);
    shortage
        .entrySet()
        .removeIf(e -> e.getKey().availableBytes().map(free -> free >= e.getValue()).orElse(true));
    return shortage;
  }
}
