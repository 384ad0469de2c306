package dev.proxkiln.template.create;

import java.util.List;
import java.util.Optional;

/**
 * Processor, memory and what else the guest sees.
 *
 * @param cores cores per socket
 * @param sockets sockets
 * @param memory bytes
 * @param balloon bytes that ballooning leaves at least; 0 switches it off, empty for PVE's default
 * @param cpu CPU type
 * @param numa whether each socket has memory of its own
 * @param hotplug what can be plugged while it runs; empty for PVE's default
 * @param display {@code vga} of PVE
 * @param osType {@code ostype} of PVE
 */
public record Hardware(
    long cores,
    long sockets,
    long memory,
    Optional<Long> balloon,
    String cpu,
    boolean numa,
    List<String> hotplug,
    String display,
    String osType) {
  public Hardware {
    hotplug = List.copyOf(hotplug);
  }
}
