package dev.proxkiln.sandbox.api;

import dev.proxkiln.sandbox.contract.Contract;
import dev.proxkiln.sandbox.guest.Bridges;
import dev.proxkiln.sandbox.guest.GuestStatus;
import dev.proxkiln.sandbox.guest.Parts;
import dev.proxkiln.sandbox.guest.Pools;
import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.state.StateFolder;
import dev.proxkiln.sandbox.storage.Definition;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Version, cluster, node and pools (source: pve-manager API2). */
final class ClusterCalls {
  private static final int LOWEST_ID = 100;
  private static final int HIGHEST_ID = 1_000_000;
  private static final long MEMORY = 64L << 30;

  private final Parts parts;
  private final GuestStatus status;

  ClusterCalls(Parts parts) {
    this.parts = parts;
    this.status = new GuestStatus(parts);
  }

  void register(Routes routes) {
    routes.on("GET", "/version", this::version);
    routes.on("GET", "/cluster/nextid", this::nextId);
    routes.on("GET", "/cluster/resources", this::resources);
    routes.on("GET", "/cluster/status", this::clusterStatus);
    routes.on("GET", "/nodes", this::nodes);
    routes.on("GET", "/nodes/{node}", this::nodeChildren);
    routes.on("GET", "/nodes/{node}/version", this::version);
    routes.on("GET", "/nodes/{node}/status", this::nodeStatus);
    routes.on("GET", "/nodes/{node}/network", this::network);
    routes.on("GET", "/nodes/{node}/lxc", call -> List.of());
    routes.on("GET", "/nodes/{node}/capabilities/qemu/cpu", this::cpus);
    routes.on("GET", "/nodes/{node}/capabilities/qemu/machines", this::machines);
    routes.on("GET", "/pools", this::pools);
    routes.on("POST", "/pools", this::addPool);
    routes.on("DELETE", "/pools", this::deletePool);
    routes.on("GET", "/pools/{poolid}", this::pool);
    routes.on("DELETE", "/pools/{poolid}", this::deletePool);
  }

  private Object version(Call call) {
    String release = parts.contract().version();
    return Map.of("release", release, "version", release + ".2", "repoid", "b9984c6d26aa2b6e");
  }

  private Object nextId(Call call) {
    if (call.text("vmid").isPresent()) {
      int wanted = call.vmid();
      if (parts.guests().exists(wanted)) {
        throw Refusal.parameter("vmid", "VM " + wanted + " already exists");
      }
      return String.valueOf(wanted);
    }
    for (int id = LOWEST_ID; id < HIGHEST_ID; id++) {
      if (!parts.guests().exists(id)) {
        return String.valueOf(id);
      }
    }
    throw Refusal.failed(
        "unable to get any free VMID in range [" + LOWEST_ID + ", " + HIGHEST_ID + "]");
  }

  private Object resources(Call call) {
    List<Object> rows = new ArrayList<>();
    String type = call.text("type").orElse("");
    String node = parts.guests().node();
    if (type.isEmpty() || type.equals("vm")) {
      for (int vmid : parts.guests().ids()) {
        if (parts.access().has(call.caller(), "/vms/" + vmid, List.of("VM.Audit"))) {
          status.row(vmid, false).ifPresent(row -> rows.add(guest(vmid, node, row)));
        }
      }
    }
    if (type.isEmpty() || type.equals("node")) {
      Map<String, Object> row = nodeRow();
      row.put("type", "node");
      row.put("cgroup-mode", 2);
      rows.add(row);
    }
    if (type.isEmpty() || type.equals("storage")) {
      for (Definition definition : parts.storages().list()) {
        rows.add(storage(definition, node));
      }
    }
    if (type.isEmpty() || type.equals("sdn")) {
      rows.add(
          Map.of(
              "id",
              "sdn/" + node + "/localnetwork",
              "type",
              "sdn",
              "sdn",
              "localnetwork",
              "node",
              node,
              "status",
              "ok"));
    }
    return rows;
  }

  private Map<String, Object> guest(int vmid, String node, Map<String, Object> row) {
    Map<String, Object> all = new TreeMap<>(row);
    all.put("id", "qemu/" + vmid);
    all.put("type", "qemu");
    all.put("node", node);
    all.put("maxcpu", row.getOrDefault("cpus", 1));
    all.putIfAbsent("template", 0);
    all.remove("cpus");
    all.remove("pid");
    all.remove("serial");
    parts.pools().of(vmid).ifPresent(pool -> all.put("pool", pool));
    return all;
  }

  private Map<String, Object> storage(Definition definition, String node) {
    Map<String, Object> state = parts.storages().status(definition.id());
    Map<String, Object> row = new TreeMap<>();
    row.put("id", "storage/" + node + "/" + definition.id());
    row.put("type", "storage");
    row.put("storage", definition.id());
    row.put("node", node);
    row.put("plugintype", definition.type());
    row.put("content", String.join(",", definition.content()));
    row.put("shared", 0);
    row.put("status", definition.disabled() ? "unknown" : "available");
    row.put("disk", state.getOrDefault("used", 0));
    row.put("maxdisk", state.getOrDefault("total", 0));
    return row;
  }

  private Object clusterStatus(Call call) {
    String node = parts.guests().node();
    Map<String, Object> self = new TreeMap<>();
    self.put("id", "node/" + node);
    self.put("type", "node");
    self.put("name", node);
    self.put("nodeid", parts.faults().quorate() ? 0 : 1);
    self.put("local", 1);
    self.put("online", 1);
    self.put("ip", "127.0.0.1");
    self.put("level", "");
    if (parts.faults().quorate()) {
      return List.of(self);
    }
    // Only a node of a cluster can lose quorum, so it shows one then.
    Map<String, Object> cluster = new TreeMap<>();
    cluster.put("id", "cluster");
    cluster.put("type", "cluster");
    cluster.put("name", "sandbox");
    cluster.put("nodes", 2);
    cluster.put("version", 2);
    cluster.put("quorate", 0);
    return List.of(cluster, self);
  }

  private Map<String, Object> nodeRow() {
    String node = parts.guests().node();
    Map<String, Object> row = new TreeMap<>();
    row.put("id", "node/" + node);
    row.put("node", node);
    row.put("status", "online");
    row.put("level", "");
    row.put("maxcpu", Runtime.getRuntime().availableProcessors());
    row.put("cpu", 0.01);
    row.put("maxmem", MEMORY);
    row.put("mem", MEMORY / 8);
    row.put("maxdisk", 100L << 30);
    row.put("disk", 10L << 30);
    row.put("uptime", uptime());
    return row;
  }

  private static long uptime() {
    return ManagementFactory.getRuntimeMXBean().getUptime() / 1000;
  }

  private Object nodes(Call call) {
    Map<String, Object> row = nodeRow();
    row.put("type", "node");
    return List.of(row);
  }

  private Object nodeChildren(Call call) {
    return List.of(
        Map.of("name", "qemu"),
        Map.of("name", "storage"),
        Map.of("name", "tasks"),
        Map.of("name", "network"),
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

  private Object pools(Call call) {
    if (call.text("poolid").isPresent()) {
      Map<String, Object> one = new TreeMap<>();
      one.put("poolid", call.need("poolid"));
      one.putAll(members(call.need("poolid")));
      return List.of(one);
    }
    List<Object> rows = new ArrayList<>();
    parts
        .pools()
        .all()
        .forEach(
            (id, pool) -> {
              Map<String, Object> row = new TreeMap<>();
              row.put("poolid", id);
              if (!pool.comment().isEmpty()) {
                row.put("comment", pool.comment());
              }
              rows.add(row);
            });
    return rows;
  }

  private @Nullable Object addPool(Call call) {
    parts.faults().checkQuorum();
    parts.pools().create(call.need("poolid"), call.text("comment").orElse(""));
    return null;
  }

  private @Nullable Object deletePool(Call call) {
    parts.faults().checkQuorum();
    parts.pools().delete(call.need("poolid"));
    return null;
  }

  private Object pool(Call call) {
    return members(call.need("poolid"));
  }

  private Map<String, Object> members(String id) {
    Pools.Pool pool =
        parts.pools().get(id).orElseThrow(() -> Refusal.failed("pool '" + id + "' does not exist"));
    List<Object> members = new ArrayList<>();
    for (int vmid : pool.guests()) {
      status
          .row(vmid, false)
          .ifPresent(row -> members.add(guest(vmid, parts.guests().node(), row)));
    }
    Map<String, Object> all = new TreeMap<>();
    all.put("members", members);
    if (!pool.comment().isEmpty()) {
      all.put("comment", pool.comment());
    }
    return all;
  }
}
