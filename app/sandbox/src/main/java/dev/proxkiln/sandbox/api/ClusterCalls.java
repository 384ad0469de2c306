package dev.proxkiln.sandbox.api;

import dev.proxkiln.sandbox.guest.Cluster;
import dev.proxkiln.sandbox.guest.GuestStatus;
import dev.proxkiln.sandbox.guest.Parts;
import dev.proxkiln.sandbox.guest.Pools;
import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.storage.Definition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Version, cluster, list of nodes, and pools (source: pve-manager API2). */
final class ClusterCalls {
  private static final int LOWEST_ID = 100;
  private static final int HIGHEST_ID = 1_000_000;

  private final Parts parts;
  private final Cluster cluster;

  ClusterCalls(Parts parts) {
    this.parts = parts;
    this.cluster = parts.cluster();
  }

  void register(Routes routes) {
    routes.on("GET", "/version", this::version);
    routes.on("GET", "/cluster/nextid", this::nextId);
    routes.on("GET", "/cluster/resources", this::resources);
    routes.on("GET", "/cluster/status", this::clusterStatus);
    routes.on("GET", "/nodes", this::nodes);
    routes.on("GET", "/nodes/{node}/version", this::version);
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
      if (cluster.of(wanted).isPresent()) {
        throw Refusal.parameter("vmid", "VM " + wanted + " already exists");
      }
      return String.valueOf(wanted);
    }
    SortedSet<Integer> taken = cluster.ids();
    for (int id = LOWEST_ID; id < HIGHEST_ID; id++) {
      if (!taken.contains(id)) {
        return String.valueOf(id);
      }
    }
    throw Refusal.failed(
        "unable to get any free VMID in range [" + LOWEST_ID + ", " + HIGHEST_ID + "]");
  }

  private Object resources(Call call) {
    List<Object> rows = new ArrayList<>();
    String type = call.text("type").orElse("");
    for (Parts each : cluster.all()) {
      String node = each.guests().node();
      if (type.isEmpty() || type.equals("vm")) {
        guests(each, call, rows);
      }
      if (type.isEmpty() || type.equals("node")) {
        Map<String, Object> row = nodeRow(node);
        row.put("type", "node");
        row.put("cgroup-mode", 2);
        rows.add(row);
      }
      if (type.isEmpty() || type.equals("storage")) {
        for (Definition definition : each.storages().list()) {
          if (definition.on(node)) {
            rows.add(storage(each, definition));
          }
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
    }
    return rows;
  }

  private void guests(Parts on, Call call, List<Object> rows) {
    String node = on.guests().node();
    GuestStatus status = new GuestStatus(on);
    for (int vmid : on.guests().ids()) {
      if (parts.access().has(call.caller(), "/vms/" + vmid, List.of("VM.Audit"))) {
        status.row(vmid, false).ifPresent(row -> rows.add(guest(vmid, node, row)));
      }
    }
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

  private static Map<String, Object> storage(Parts on, Definition definition) {
    String node = on.guests().node();
    Map<String, Object> state = on.storages().status(definition.id());
    Map<String, Object> row = new TreeMap<>();
    row.put("id", "storage/" + node + "/" + definition.id());
    row.put("type", "storage");
    row.put("storage", definition.id());
    row.put("node", node);
    row.put("plugintype", definition.type());
    row.put("content", String.join(",", definition.content()));
    row.put("shared", definition.shared() ? 1 : 0);
    row.put("status", definition.disabled() ? "unknown" : "available");
    row.put("disk", state.getOrDefault("used", 0));
    row.put("maxdisk", state.getOrDefault("total", 0));
    return row;
  }

  private Object clusterStatus(Call call) {
    List<Object> rows = new ArrayList<>();
    boolean quorate = parts.faults().quorate();
    // A node on its own shows a cluster only when it is to have lost its quorum.
    boolean member = cluster.several() || !quorate;
    if (member) {
      Map<String, Object> row = new TreeMap<>();
      row.put("id", "cluster");
      row.put("type", "cluster");
      row.put("name", "sandbox");
      row.put("nodes", Math.max(2, cluster.all().size()));
      row.put("version", 2);
      row.put("quorate", quorate ? 1 : 0);
      rows.add(row);
    }
    List<String> names = cluster.names();
    for (String node : names) {
      Map<String, Object> row = new TreeMap<>();
      row.put("id", "node/" + node);
      row.put("type", "node");
      row.put("name", node);
      row.put("nodeid", member ? names.indexOf(node) + 1 : 0);
      row.put("local", node.equals(names.getFirst()) ? 1 : 0);
      row.put("online", parts.faults().isOffline(node) ? 0 : 1);
      row.put("ip", "127.0.0.1");
      row.put("level", "");
      rows.add(row);
    }
    return rows;
  }

  private Map<String, Object> nodeRow(String node) {
    Map<String, Object> row = new TreeMap<>();
    row.put("id", "node/" + node);
    row.put("node", node);
    row.put("level", "");
    if (parts.faults().isOffline(node)) {
      row.put("status", "offline");
      return row;
    }
    row.put("status", "online");
    row.put("maxcpu", Runtime.getRuntime().availableProcessors());
    row.put("cpu", 0.01);
    row.put("maxmem", NodeStateCalls.MEMORY);
    row.put("mem", NodeStateCalls.MEMORY / 8);
    row.put("maxdisk", 100L << 30);
    row.put("disk", 10L << 30);
    row.put("uptime", NodeStateCalls.uptime());
    return row;
  }

  private Object nodes(Call call) {
    List<Object> rows = new ArrayList<>();
    for (String node : cluster.names()) {
      Map<String, Object> row = nodeRow(node);
      row.put("type", "node");
      rows.add(row);
    }
    return rows;
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
      cluster
          .of(vmid)
          .ifPresent(
              on ->
                  new GuestStatus(on)
                      .row(vmid, false)
                      .ifPresent(row -> members.add(guest(vmid, on.guests().node(), row))));
    }
    Map<String, Object> all = new TreeMap<>();
    all.put("members", members);
    if (!pool.comment().isEmpty()) {
      all.put("comment", pool.comment());
    }
    return all;
  }
}
