package dev.proxkiln.sandbox.guest;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the API tells of guests (source: qemu-server QemuServer.pm, vmstatus). */
public final class GuestStatus {
  private final Parts parts;
  private final Schema schema;

  /** Tells of these guests. */
  public GuestStatus(Parts parts) {
    this.parts = parts;
    this.schema = parts.schema();
  }

  /** A guest's configuration with its digest, the password hidden. */
  public Map<String, Object> config(int vmid) {
    GuestConfig config = parts.guests().load(vmid);
    Map<String, Object> all = schema.typed(config);
    all.computeIfPresent("cipassword", (key, secret) -> "**********");
    all.put("digest", parts.guests().digest(vmid));
    return all;
  }

  /** Refuses a guest that something has locked. */
  public void checkLock(GuestConfig config) {
    Guests.checkLock(config);
  }

  /** A line of the list of guests, empty when the guest is gone meanwhile. */
  public Optional<Map<String, Object>> row(int vmid, boolean full) {
    return parts.guests().find(vmid).map(config -> row(vmid, config, full));
  }

  private Map<String, Object> row(int vmid, GuestConfig config, boolean full) {
    boolean running = parts.machines().running(vmid);
    long memory =
        Long.parseLong(
            schema.parse("memory", config.get("memory", "512")).getOrDefault("current", "512"));
    Map<String, Object> row = new TreeMap<>();
    row.put("vmid", vmid);
    row.put("name", config.get("name", "VM " + vmid));
    row.put("status", running ? "running" : "stopped");
    row.put("cpus", cpus(config));
    row.put("maxmem", memory << 20);
    row.put("maxdisk", bootDisk(config));
    row.put("disk", 0);
    row.put("uptime", parts.machines().uptime(vmid));
    for (String zero : new String[] {"cpu", "mem", "netin", "netout", "diskread", "diskwrite"}) {
      row.put(zero, 0);
    }
    parts.machines().pid(vmid).ifPresent(pid -> row.put("pid", pid));
    if (config.isTemplate()) {
      row.put("template", 1);
    }
    if (config.values().keySet().stream().anyMatch(key -> key.matches("serial\\d"))) {
      row.put("serial", 1);
    }
    config.get("lock").ifPresent(lock -> row.put("lock", lock));
    config.get("tags").ifPresent(tags -> row.put("tags", tags));
    if (full) {
      row.put("qmpstatus", running ? "running" : "stopped");
    }
    return row;
  }

  private static long cpus(GuestConfig config) {
    return Long.parseLong(
        config.get(
            "vcpus",
            String.valueOf(
                Long.parseLong(config.get("sockets", "1"))
                    * Long.parseLong(config.get("cores", "1")))));
  }

  private long bootDisk(GuestConfig config) {
    String boot = config.get("boot", "").strip();
    return schema.drives(config).stream()
        .filter(drive -> !drive.cdrom() && (boot.isEmpty() || boot.contains(drive.slot())))
        .findFirst()
        .map(drive -> drive.size().orElse(0))
        .orElse(0L);
  }

  /** The answer of {@code status/current}. */
  public Map<String, Object> current(int vmid) {
    GuestConfig config = parts.guests().load(vmid);
    Map<String, Object> row = row(vmid, config, true);
    row.put("ha", Map.of("managed", 0));
    row.put("diskwrite", parts.machines().written(vmid));
    if (agent(config)) {
      row.put("agent", 1);
    }
    return row;
  }

  private boolean agent(GuestConfig config) {
    return config
        .get("agent")
        .map(text -> schema.parse("agent", text).getOrDefault("enabled", "0").equals("1"))
        .orElse(false);
  }
}
