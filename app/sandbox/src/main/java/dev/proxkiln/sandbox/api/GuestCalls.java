package dev.proxkiln.sandbox.api;

import dev.proxkiln.sandbox.access.Caller;
import dev.proxkiln.sandbox.guest.CloudInit;
import dev.proxkiln.sandbox.guest.GuestChange;
import dev.proxkiln.sandbox.guest.GuestClone;
import dev.proxkiln.sandbox.guest.GuestConfig;
import dev.proxkiln.sandbox.guest.GuestCreation;
import dev.proxkiln.sandbox.guest.GuestMigration;
import dev.proxkiln.sandbox.guest.GuestPower;
import dev.proxkiln.sandbox.guest.GuestRemoval;
import dev.proxkiln.sandbox.guest.GuestResize;
import dev.proxkiln.sandbox.guest.GuestStatus;
import dev.proxkiln.sandbox.guest.GuestTemplate;
import dev.proxkiln.sandbox.guest.Parts;
import dev.proxkiln.sandbox.refusal.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Guests (source: qemu-server API2/Qemu.pm). */
final class GuestCalls {
  private static final String GUEST = "/nodes/{node}/qemu/{vmid}";

  /** Options of a start that only migrations and repairs need. */
  private static final List<String> ROOTS_START_OPTIONS =
      List.of(
          "stateuri",
          "skiplock",
          "migratedfrom",
          "migration_type",
          "migration_network",
          "targetstorage",
          "force-cpu",
          "with-conntrack-state",
          "nets-host-mtu");

  private final Parts parts;
  private final GuestPower power;
  private final GuestStatus status;
  private final GuestChange change;
  private final CloudInit cloudInit;

  GuestCalls(Parts parts) {
    this.parts = parts;
    this.power = new GuestPower(parts);
    this.status = new GuestStatus(parts);
    this.change = new GuestChange(parts);
    this.cloudInit = new CloudInit(parts);
  }

  void register(Routes routes) {
    routes.on("GET", "/nodes/{node}/qemu", this::list);
    routes.on("POST", "/nodes/{node}/qemu", this::create);
    routes.on("GET", GUEST, this::children);
    routes.on("DELETE", GUEST, this::remove);
    routes.on("GET", GUEST + "/config", this::config);
    routes.on("PUT", GUEST + "/config", this::changeNow);
    routes.on("POST", GUEST + "/config", this::changeLater);
    routes.on("GET", GUEST + "/pending", this::pending);
    routes.on("PUT", GUEST + "/resize", this::resize);
    routes.on("PUT", GUEST + "/unlink", this::unlink);
    routes.on("POST", GUEST + "/clone", this::copy);
    routes.on("POST", GUEST + "/template", this::template);
    routes.on("GET", GUEST + "/migrate", c -> new GuestMigration(parts).preconditions(c.vmid()));
    routes.on(
        "POST", GUEST + "/migrate", c -> new GuestMigration(parts).migrate(c.caller(), texts(c)));
    routes.on("GET", GUEST + "/snapshot", this::snapshots);
    routes.on("GET", GUEST + "/status", this::statusChildren);
    routes.on("GET", GUEST + "/status/current", this::current);
    routes.on("POST", GUEST + "/status/start", this::start);
    routes.on(
        "POST",
        GUEST + "/status/stop",
        c -> power.stop(c.caller(), c.vmid(), c.flag("skiplock", false)));
    routes.on("POST", GUEST + "/status/shutdown", this::shutdown);
    routes.on("POST", GUEST + "/status/reboot", c -> power.reboot(c.caller(), c.vmid(), limit(c)));
    routes.on(
        "POST",
        GUEST + "/status/reset",
        c -> power.reset(c.caller(), c.vmid(), c.flag("skiplock", false)));
    routes.on("PUT", GUEST + "/cloudinit", this::regenerate);
    routes.on("GET", GUEST + "/cloudinit/dump", this::dump);
  }

  /** All parameters as texts, without the node's name. */
  private static Map<String, String> texts(Call call) {
    Map<String, String> all = new TreeMap<>();
    for (String name : call.parameters().keySet()) {
      call.text(name).ifPresent(text -> all.put(name, text));
    }
    all.remove("node");
    return all;
  }

  private static Optional<Duration> limit(Call call) {
    return call.text("timeout").map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)));
  }

  private Object list(Call call) {
    List<Object> rows = new ArrayList<>();
    for (int vmid : parts.guests().ids()) {
      if (parts.access().has(call.caller(), "/vms/" + vmid, List.of("VM.Audit"))) {
        status.row(vmid, call.flag("full", false)).ifPresent(rows::add);
      }
    }
    return rows;
  }

  private Object create(Call call) {
    return new GuestCreation(parts, power).create(call.caller(), texts(call));
  }

  private Object children(Call call) {
    return List.of(
        Map.of("subdir", "config"),
        Map.of("subdir", "cloudinit"),
        Map.of("subdir", "pending"),
        Map.of("subdir", "status"),
        Map.of("subdir", "resize"),
        Map.of("subdir", "agent"));
  }

  private Object remove(Call call) {
    return new GuestRemoval(parts)
        .remove(
            call.caller(),
            call.vmid(),
            call.flag("skiplock", false),
            call.flag("purge", false),
            call.flag("destroy-unreferenced-disks", false));
  }

  private Object config(Call call) {
    if (call.text("snapshot").isPresent()) {
      throw Refusal.failed("snapshot '" + call.need("snapshot") + "' does not exist");
    }
    return status.config(call.vmid());
  }

  private Object changeNow(Call call) {
    return new Routes.Printed(null, change.synchronously(call.caller(), texts(call)));
  }

  private Object changeLater(Call call) {
    return change.asynchronously(call.caller(), texts(call));
  }

  private Object pending(Call call) {
    List<Object> rows = new ArrayList<>();
    status
        .config(call.vmid())
        .forEach(
            (key, value) -> {
              if (!key.equals("digest")) {
                rows.add(Map.of("key", key, "value", value));
              }
            });
    return rows;
  }

  private Object resize(Call call) {
    return new GuestResize(parts)
        .resize(
            call.caller(),
            call.vmid(),
            call.need("disk"),
            call.need("size"),
            call.flag("skiplock", false),
            call.text("digest"));
  }

  private @Nullable Object unlink(Call call) {
    Map<String, String> given = texts(call);
    given.put("delete", call.need("idlist"));
    given.remove("idlist");
    change.synchronously(call.caller(), given);
    return null;
  }

  private Object copy(Call call) {
    return new GuestClone(parts).clone(call.caller(), texts(call));
  }

  private Object template(Call call) {
    return new GuestTemplate(parts).convert(call.caller(), call.vmid(), call.text("disk"));
  }

  private Object snapshots(Call call) {
    Map<String, Object> current = new TreeMap<>();
    current.put("name", "current");
    current.put("description", "You are here!");
    current.put("digest", parts.guests().digest(call.vmid()));
    current.put("running", parts.machines().running(call.vmid()) ? 1 : 0);
    return List.of(current);
  }

  private Object statusChildren(Call call) {
    parts.guests().load(call.vmid());
    return List.of(
        Map.of("subdir", "current"), Map.of("subdir", "start"), Map.of("subdir", "stop"));
  }

  private Object current(Call call) {
    return status.current(call.vmid());
  }

  private Object start(Call call) {
    for (String option : ROOTS_START_OPTIONS) {
      boolean given = call.text(option).filter(value -> !value.equals("0")).isPresent();
      if (given && !call.caller().isRoot()) {
        throw Refusal.parameter(option, "Only root may use this option.");
      }
      if (given) {
        throw Refusal.notImplemented(
            "the sandbox node starts guests without the option '" + option + "' only");
      }
    }
    return power.start(call.caller(), call.vmid());
  }

  private Object shutdown(Call call) {
    return power.shutdown(
        call.caller(),
        call.vmid(),
        limit(call),
        call.flag("forceStop", false),
        call.flag("skiplock", false));
  }

  private @Nullable Object regenerate(Call call) {
    GuestConfig config = parts.guests().load(call.vmid());
    status.checkLock(config);
    cloudInit.write(call.vmid(), config, line -> {});
    return null;
  }

  private Object dump(Call call) {
    Caller caller = call.caller();
    boolean mask =
        !parts.contract().version().startsWith("8.")
            && !parts.access().has(caller, "/vms/" + call.vmid(), List.of("VM.Config.Cloudinit"));
    return cloudInit.dump(call.vmid(), parts.guests().load(call.vmid()), call.need("type"), mask);
  }
}
