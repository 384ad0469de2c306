package dev.proxkiln.sandbox;

import dev.proxkiln.sandbox.api.ApiServer;
import dev.proxkiln.sandbox.fault.Faults;
import dev.proxkiln.sandbox.guest.Cluster;
import dev.proxkiln.sandbox.guest.Parts;
import dev.proxkiln.sandbox.refusal.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the sandbox offers beside the API, for root only:
 *
 * <ul>
 *   <li>{@code GET /sandbox}: that it is a sandbox, its release, how guests run, and the API's
 *       endpoints it has
 *   <li>{@code GET /sandbox/guests/ID}: how a guest runs: boot, accel, sshPort, console
 *   <li>{@code GET, POST, DELETE /sandbox/faults}: see, plan and end trouble; a POST takes {@code
 *       {"quorum": false, "fail": {"type": "qmcreate", "percent": 50, "message": "..."}, "warn":
 *       {"type": "qmcreate", "message": "..."}, "delay": {"type": "*", "millis": 500}, "stall":
 *       {"type": "qmclone", "millis": 500}, "full": ["local-lvm"], "offline": ["pve2"]}}, each key
 *       being optional
 *   <li>{@code PUT /sandbox/storage/ID}: {@code {"capacity": BYTES}}, 0 for that of the file system
 * </ul>
 */
final class SandboxExtras implements ApiServer.Extras {
  private static final Pattern GUEST = Pattern.compile("/guests/(\\d{3,9})");
  private static final Pattern STORAGE = Pattern.compile("/storage/([a-zA-Z0-9._-]+)");

  private final Parts parts;
  private final SortedSet<String> endpoints;

  SandboxExtras(Parts parts, Set<String> endpoints) {
    this.parts = parts;
    this.endpoints = new TreeSet<>(endpoints);
  }

  @Override
  public @Nullable Object call(String verb, String path, String body) {
    Matcher guest = GUEST.matcher(path);
    Matcher storage = STORAGE.matcher(path);
    if (verb.equals("GET") && (path.isEmpty() || path.equals("/"))) {
      return about();
    }
    if (verb.equals("GET") && guest.matches()) {
      return guest(Integer.parseInt(guest.group(1)));
    }
    if (path.equals("/faults")) {
      return faults(verb, body);
    }
    if (verb.equals("PUT") && storage.matches()) {
      parts
          .storages()
          .config()
          .setCapacity(storage.group(1), json(body).path("capacity").asLong(0));
      return null;
    }
    throw Refusal.notImplemented("Method '" + verb + " /sandbox" + path + "' not implemented");
  }

  private Object about() {
    return Map.of(
        "sandbox",
        true,
        "version",
        parts.contract().version(),
        "node",
        parts.guests().node(),
        "nodes",
        parts.cluster().names(),
        "boot",
        parts.machines().mode(),
        "accel",
        parts.machines().accelerator(),
        "endpoints",
        endpoints);
  }

  private Object guest(int vmid) {
    Parts on = parts.cluster().of(vmid).orElse(parts);
    on.guests().load(vmid);
    Map<String, Object> all = new TreeMap<>();
    all.put("vmid", vmid);
    all.put("node", on.guests().node());
    all.put("boot", parts.machines().mode());
    all.put("accel", parts.machines().accelerator());
    all.put("running", parts.machines().running(vmid));
    parts.machines().describe(vmid).ifPresent(all::putAll);
    return all;
  }

  private @Nullable Object faults(String verb, String body) {
    Faults faults = parts.faults();
    switch (verb) {
      case "GET" -> {
        return faults.describe();
      }
      case "DELETE" -> {
        faults.clear();
        parts.storages().config().clearFull();
        return null;
      }
      default -> {
        plan(faults, json(body));
        return faults.describe();
      }
    }
  }

  private void plan(Faults faults, JsonNode wanted) {
    if (wanted.has("quorum")) {
      faults.setQuorum(wanted.path("quorum").asBoolean(true));
    }
    if (wanted.has("offline")) {
      Cluster cluster = parts.cluster();
      List<String> away = new ArrayList<>();
      wanted.path("offline").forEach(node -> away.add(node.asString()));
      away.forEach(cluster::get);
      if (away.contains(parts.guests().node())) {
        throw Refusal.failed("the node that answers cannot be offline");
      }
      cluster.names().forEach(node -> faults.setOffline(node, away.contains(node)));
    }
    if (wanted.has("fail")) {
      JsonNode fail = wanted.path("fail");
      faults.failNext(
          fail.path("type").asString("qmcreate"),
          fail.path("percent").asDouble(0),
          fail.path("message").asString("planned failure"));
    }
    if (wanted.has("warn")) {
      JsonNode warn = wanted.path("warn");
      faults.warnNext(
          warn.path("type").asString("qmcreate"), warn.path("message").asString("planned warning"));
    }
    if (wanted.has("delay")) {
      JsonNode delay = wanted.path("delay");
      faults.delay(
          delay.path("type").asString("*"), Duration.ofMillis(delay.path("millis").asLong(0)));
    }
    if (wanted.has("stall")) {
      JsonNode stall = wanted.path("stall");
      faults.stallNext(
          stall.path("type").asString("qmcreate"),
          Duration.ofMillis(stall.path("millis").asLong(0)));
    }
    wanted.path("full").forEach(id -> parts.storages().config().setFull(id.asString(), true));
  }

  private static JsonNode json(String body) {
    try {
      return JsonMapper.shared().readTree(body.isBlank() ? "{}" : body);
    } catch (JacksonException e) {
      throw Refusal.failed("malformed JSON string");
    }
  }
}
