package dev.proxkiln.sandbox.api;

import dev.proxkiln.sandbox.contract.Contract;
import dev.proxkiln.sandbox.guest.Bridges;
import dev.proxkiln.sandbox.guest.Parts;
import dev.proxkiln.sandbox.state.StateFolder;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a node says of itself: state, network, capabilities (source: pve-manager API2/Nodes.pm). */
final class NodeStateCalls {
  /** Memory of every node in bytes. */
  static final long MEMORY = 64L << 30;

  private final Parts parts;
  private final List<Map<String, Object>> certificates;

  NodeStateCalls(Parts parts, List<Map<String, Object>> certificates) {
    this.parts = parts;
    this.certificates = certificates;
  }

  void register(Routes routes) {
    routes.on("GET", "/nodes/{node}", this::nodeChildren);
    routes.on("GET", "/nodes/{node}/status", this::nodeStatus);
    routes.on("GET", "/nodes/{node}/network", this::network);
    routes.on("GET", "/nodes/{node}/time", call -> time());
    routes.on("GET", "/nodes/{node}/certificates/info", call -> certificates);
    routes.on("GET", "/nodes/{node}/lxc", call -> List.of());
    routes.on("GET", "/nodes/{node}/capabilities/qemu/cpu", this::cpus);
    routes.on("GET", "/nodes/{node}/capabilities/qemu/machines", this::machines);
  }

  /** Seconds since the nodes were started. */
  static long uptime() {
    return ManagementFactory.getRuntimeMXBean().getUptime() / 1000;
  }

  private Object nodeChildren(Call call) {
    return List.of(
        Map.of("name", "qemu"),
        Map.of("name", "storage"),
        Map.of("name", "tasks"),
        Map.of("name", "network"),
        Map.of("name", "time"),
        Map.of("name", "certificates"),
        Map.of("name", "status"),
        Map.of("name", "version"));
  }

  private Object nodeStatus(Call call) {
    int cpus = Runtime.getRuntime().availableProcessors();
    Map<String, Object> all = new TreeMap<>();
    all.put("uptime", uptime());
    all.put("pveversion", "pve-manager/" + parts.contract().version() + ".2/sandbox");
    all.put("kversion", "Linux " + System.getProperty("os.version", ""));
    all.put("cpu", 0.01);
    all.put("wait", 0);
    all.put("loadavg", List.of("0.00", "0.00", "0.00"));
    all.put(
        "cpuinfo",
        Map.of(
            "cpus",
            cpus,
            "cores",
            cpus,
            "sockets",
            1,
            "model",
            "sandbox",
            "hvm",
            "0",
            "flags",
            processorFlags()));
    all.put("memory", Map.of("total", MEMORY, "used", MEMORY / 8, "free", MEMORY - MEMORY / 8));
    all.put("swap", Map.of("total", 0, "used", 0, "free", 0));
    all.put(
        "rootfs",
        Map.of("total", 100L << 30, "used", 10L << 30, "free", 90L << 30, "avail", 90L << 30));
    all.put("boot-info", Map.of("mode", "efi", "secureboot", 0));
    all.put(
        "current-kernel",
        Map.of(
            "sysname", "Linux",
            "release", System.getProperty("os.version", ""),
            "version", "sandbox",
            "machine", "x86_64"));
    return all;
  }

  /** The local time is that of the zone, written as if it were that of UTC. */
  private static Object time() {
    ZonedDateTime now = ZonedDateTime.now(ZoneId.systemDefault());
    return Map.of(
        "timezone",
        now.getZone().getId(),
        "time",
        now.toEpochSecond(),
        "localtime",
        now.toLocalDateTime().toEpochSecond(ZoneOffset.UTC));
  }

  /** Those of the machine that the sandbox runs on, as the kernel lists them. */
  private static String processorFlags() {
    return StateFolder.read(Path.of("/proc/cpuinfo"))
        .flatMap(text -> text.lines().filter(line -> line.startsWith("flags")).findFirst())
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .orElse("");
  }

  private Object network(Call call) {
    String type = call.text("type").orElse("");
    List<Object> rows = new ArrayList<>();
    for (Map<String, Object> row : Bridges.interfaces()) {
      boolean bridge = "bridge".equals(row.get("type"));
      boolean wanted =
          type.isEmpty()
              || type.equals(row.get("type"))
              || (bridge
                  && List.of("any_bridge", "any_local_bridge", "include_sdn").contains(type));
      if (wanted) {
        rows.add(row);
      }
    }
    return rows;
  }

  private Object cpus(Call call) {
    List<Object> rows = new ArrayList<>();
    for (String model : Contract.cpuModels()) {
      String vendor =
          model.startsWith("EPYC") || model.startsWith("Opteron") || model.matches("athlon|phenom")
              ? "AuthenticAMD"
              : model.matches("x86-64-v.*|host|max|kvm.*|qemu.*") ? "default" : "GenuineIntel";
      rows.add(Map.of("name", model, "custom", 0, "vendor", vendor));
    }
    return rows;
  }

  private Object machines(Call call) {
    String newest =
        switch (parts.contract().version()) {
          case "8.4" -> "9.2+pve1";
          case "9.1" -> "10.1+pve0";
          default -> "11.0+pve0";
        };
    return List.of(
        Map.of("id", "pc-i440fx-" + newest, "type", "i440fx", "version", newest),
        Map.of("id", "pc-q35-" + newest, "type", "q35", "version", newest));
  }
}
