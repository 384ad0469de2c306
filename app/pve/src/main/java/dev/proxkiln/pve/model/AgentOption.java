package dev.proxkiln.pve.model;

import dev.proxkiln.pve.model.Options.Writer;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Whether the guest has the QEMU guest agent, {@code agent}.
 *
 * @param enabled whether the node may expect it
 * @param trimClones whether a cloned or moved disk is trimmed afterwards
 * @param type {@code virtio} or {@code isa}, empty for the default (virtio)
 * @param more all other options, in order; those for freezing differ between 8.4 and 9.x
 */
public record AgentOption(
    boolean enabled, boolean trimClones, Optional<String> type, SequencedMap<String, String> more) {

  public AgentOption {
    type.ifPresent(
        t -> {
          if (!t.equals("virtio") && !t.equals("isa")) {
            throw new IllegalArgumentException("'" + t + "' is neither virtio nor isa");
          }
        });
    more = Options.keep(more);
  }

  /** Switched on, with trimming of clones. */
  public static AgentOption on() {
    return new AgentOption(true, true, Optional.empty(), Options.keep(Map.of()));
  }

  /** Reads the option as the node writes it. */
  public static AgentOption parse(String text) {
    Options options = Options.parse(text, "enabled");
    return new AgentOption(
        options.flag("enabled"),
        options.flag("fstrim_cloned_disks"),
        options.take("type"),
        options.rest());
  }

  /** The property string. */
  public String print() {
    return new Writer()
        .with("enabled", enabled ? "1" : "0")
        .flag("fstrim_cloned_disks", trimClones)
        .with("type", type)
        .all(more)
        .toString();
  }
}
