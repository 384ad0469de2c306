package dev.proxkiln.sandbox.guest;

import java.util.List;
import java.util.Map;

/** The node's network as the API shows it: one bridge over one card. */
public final class Bridges {
  /** The bridge that every installation has. */
  public static final String DEFAULT = "vmbr0";

  private Bridges() {}

  /** Interfaces as {@code GET /nodes/NODE/network} lists them. */
  public static List<Map<String, Object>> interfaces() {
    return List.of(
        Map.ofEntries(
            Map.entry("iface", DEFAULT),
            Map.entry("type", "bridge"),
            Map.entry("method", "static"),
            Map.entry("method6", "manual"),
            Map.entry("address", "10.0.2.2"),
            Map.entry("netmask", "24"),
            Map.entry("cidr", "10.0.2.2/24"),
            Map.entry("bridge_ports", "eno1"),
            Map.entry("bridge_stp", "off"),
            Map.entry("bridge_fd", "0"),
            Map.entry("families", List.of("inet")),
            Map.entry("active", 1),
            Map.entry("autostart", 1),
            Map.entry("priority", 4)),
        Map.of(
            "iface",
            "eno1",
            "type",
            "eth",
            "method",
            "manual",
            "method6",
            "manual",
            "families",
            List.of("inet"),
            "active",
            1,
            "exists",
            1,
            "priority",
            3));
  }
}
