package dev.proxkiln.sandbox.api;

import dev.proxkiln.sandbox.boot.Machines;
import dev.proxkiln.sandbox.boot.Machines.AgentAnswer;
import dev.proxkiln.sandbox.guest.GuestConfig;
import dev.proxkiln.sandbox.guest.Parts;
import dev.proxkiln.sandbox.refusal.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** The guest agent (source: qemu-server API2/Qemu/Agent.pm). */
final class AgentCalls {
  private static final String AGENT = "/nodes/{node}/qemu/{vmid}/agent";
  private static final Duration PING_LIMIT = Duration.ofSeconds(3);
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int READ_LIMIT = 16 << 20;

  private final Parts parts;
  private final Machines machines;

  AgentCalls(Parts parts) {
    this.parts = parts;
    this.machines = parts.machines();
  }

  void register(Routes routes) {
    for (String name : List.of("ping", "fsfreeze-status", "fstrim", "shutdown")) {
      routes.on("POST", AGENT + "/" + name, call -> plain(call, name));
    }
    for (String name :
        List.of(
            "get-time",
            "info",
            "get-vcpus",
            "get-fsinfo",
            "get-host-name",
            "get-osinfo",
            "get-users",
            "get-timezone")) {
      routes.on("GET", AGENT + "/" + name, call -> plain(call, name));
    }
    routes.on("GET", AGENT + "/network-get-interfaces", this::interfaces);
    routes.on("POST", AGENT, call -> plain(call, call.need("command")));
    routes.on("POST", AGENT + "/exec", this::exec);
    routes.on("GET", AGENT + "/exec-status", this::status);
    routes.on("GET", AGENT + "/file-read", this::read);
  }

  /** Demands a configured agent that answers. */
  private void available(int vmid) {
    GuestConfig config = parts.guests().load(vmid);
    if (config.get("agent").isEmpty()) {
      throw Refusal.failed("No QEMU guest agent configured");
    }
    if (!machines.running(vmid)) {
      throw Refusal.failed("VM " + vmid + " is not running");
    }
    boolean enabled =
        config.get("agent", "").matches("(?:.*,)?(?:enabled=)?(?:1|on|yes|true)(?:,.*)?");
    AgentAnswer answer =
        enabled
            ? machines.agent(vmid, "guest-ping", Map.of(), PING_LIMIT)
            : new AgentAnswer.Silent();
    if (answer instanceof AgentAnswer.Silent) {
      throw Refusal.failed("QEMU guest agent is not running");
    }
  }

  private Map<String, Object> plain(Call call, String name) {
    available(call.vmid());
    return switch (machines.agent(call.vmid(), "guest-" + name, Map.of(), LIMIT)) {
      case AgentAnswer.Said said -> Map.of("result", said.value());
      // A node hands the agent's own error through where no parameters are involved.
      case AgentAnswer.Failed failed ->
          Map.of(
              "result",
              Map.of("error", Map.of("class", "CommandNotFound", "desc", failed.description())));
      case AgentAnswer.Silent silent -> throw gone(call.vmid(), name);
    };
  }

  /**
   * The guest's networks; beside them, as nobody can reach those from outside, the port on loopback
   * that leads to the guest's ssh. A node tells no such thing.
   */
  private Object interfaces(Call call) {
    Map<String, Object> answer = new TreeMap<>();
    answer.putAll(plain(call, "network-get-interfaces"));
    Map<String, Object> told = machines.describe(call.vmid()).orElse(Map.of());
    if (told.containsKey("sshPort")) {
      answer.put(
          "sandbox", Map.of("ssh-host", told.get("sshHost"), "ssh-port", told.get("sshPort")));
    }
    return answer;
  }

  private static Refusal gone(int vmid, String name) {
    return Refusal.failed("VM " + vmid + " qga command 'guest-" + name + "' failed - got timeout");
  }

  private JsonNode demand(int vmid, String name, Map<String, ?> arguments) {
    available(vmid);
    return switch (machines.agent(vmid, "guest-" + name, arguments, LIMIT)) {
      case AgentAnswer.Said said -> said.value();
      case AgentAnswer.Failed failed ->
          throw Refusal.failed("Agent error: " + failed.description());
      case AgentAnswer.Silent silent -> throw gone(vmid, name);
    };
  }

  private Object exec(Call call) {
    List<String> command = call.list("command");
    Optional<String> input = call.text("input-data");
    if (command.isEmpty() && input.isEmpty()) {
      throw Refusal.failed("command or input-data (or both) required");
    }
    Map<String, Object> arguments = new TreeMap<>();
    arguments.put("capture-output", true);
    if (!command.isEmpty()) {
      arguments.put("path", command.getFirst());
      arguments.put("arg", command.subList(1, command.size()));
    }
    input.ifPresent(
        text ->
            arguments.put(
                "input-data",
                Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))));
    return demand(call.vmid(), "exec", arguments);
  }

  private Object status(Call call) {
    JsonNode ended =
        demand(call.vmid(), "exec-status", Map.of("pid", Long.parseLong(call.need("pid"))));
    Map<String, Object> answer = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : ended.properties()) {
      JsonNode value = entry.getValue();
      if (entry.getKey().endsWith("-data")) {
        answer.put(entry.getKey(), decoded(value.asString()));
      } else if (value.isBoolean()) {
        answer.put(entry.getKey(), value.asBoolean() ? 1 : 0);
      } else {
        answer.put(entry.getKey(), value);
      }
    }
    return answer;
  }

  private static String decoded(String base64) {
    return new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  private Object read(Call call) {
    int vmid = call.vmid();
    JsonNode handle = demand(vmid, "file-open", Map.of("path", call.need("file")));
    long number = handle.asLong();
    StringBuilder content = new StringBuilder();
    boolean end = false;
    int bytes = 0;
    while (!end && bytes < READ_LIMIT) {
      JsonNode part = demand(vmid, "file-read", Map.of("handle", number, "count", 1 << 20));
      content.append(decoded(part.path("buf-b64").asString("")));
      bytes += part.path("count").asInt(0);
      end = part.path("eof").asBoolean(true);
    }
    demand(vmid, "file-close", Map.of("handle", number));
    Map<String, Object> answer = new TreeMap<>();
    answer.put("content", content.toString());
    answer.put("bytes-read", bytes);
    if (!end) {
      answer.put("truncated", 1);
    }
    return answer;
  }
}
