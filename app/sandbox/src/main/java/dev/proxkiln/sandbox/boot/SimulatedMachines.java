package dev.proxkiln.sandbox.boot;

import dev.proxkiln.sandbox.state.StateFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Guests that only seem to run: the agent answers from a model of the guest after a short delay.
 *
 * <p>Which guests run survives a restart, in {@code run/VMID.simulated}. A guest whose disk boots
 * for the first time gets a machine ID; it keeps it for as long as its disks and instance ID stay.
 *
 * <p>A guest that may not restart by itself ({@code reboot: 0}) and has an ISO among what it boots
 * from is taken for one that a system is installed in: the first time it is started it has no
 * agent, writes to its disk, and is off when the boot time is over.
 */
public final class SimulatedMachines implements Machines {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String SUFFIX = ".simulated";

  /** Bytes that a system takes which seems to be installed. */
  private static final long INSTALLED = 1L << 30;

  private final Path folder;
  private final Duration bootTime;
  private final SimulatedGuest behaviour;
  private final Map<Integer, GuestModel> running = new ConcurrentHashMap<>();
  private final Map<String, JsonNode> executed = new ConcurrentHashMap<>();
  private final AtomicLong pids = new AtomicLong(1000);

  /**
   * Finds what ran before.
   *
   * @param bootTime until the agent answers
   */
  public SimulatedMachines(StateFolder state, Duration bootTime, SimulatedGuest behaviour) {
    this.folder = state.path("run", "x").resolveSibling("");
    this.bootTime = bootTime;
    this.behaviour = behaviour;
    try (Stream<Path> files = Files.list(folder)) {
      files
          .filter(file -> file.toString().endsWith(SUFFIX))
          .forEach(
              file -> {
                GuestModel model =
                    JSON.readValue(StateFolder.read(file).orElse("{}"), GuestModel.class);
                running.put(model.vmid(), model);
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean running(int vmid) {
    GuestModel model = running.get(vmid);
    if (model != null && model.installs() && isUp(model)) {
      stop(vmid);
      return false;
    }
    return model != null;
  }

  /** Whether the time to boot is over. */
  private boolean isUp(GuestModel model) {
    return !model.booted().plus(bootTime).isAfter(Instant.now());
  }

  @Override
  public long written(int vmid) {
    GuestModel model = running.get(vmid);
    return model != null && model.installs() ? INSTALLED : 0;
  }

  @Override
  public OptionalLong pid(int vmid) {
    return running(vmid) ? OptionalLong.of(100_000L + vmid) : OptionalLong.empty();
  }

  @Override
  public long uptime(int vmid) {
    GuestModel model = running.get(vmid);
    return model == null ? 0 : Duration.between(model.booted(), Instant.now()).toSeconds();
  }

  @Override
  public void start(MachineSpec spec, Consumer<String> log) {
    GuestModel model = model(spec);
    StateFolder.write(file(spec.vmid()), JSON.writeValueAsString(model));
    running.put(spec.vmid(), model);
  }

  private GuestModel model(MachineSpec spec) {
    List<List<String>> addresses = new ArrayList<>();
    List<String> macs = new ArrayList<>();
    for (MachineSpec.Network network : spec.networks()) {
      addresses.add(addresses(spec.vmid(), network.ipconfig()));
      macs.add(network.mac().toLowerCase(Locale.ROOT));
    }
    long root =
        spec.disks().stream()
            .filter(disk -> !disk.cdrom())
            .findFirst()
            .map(MachineSpec.Disk::size)
            .orElse(0L);
    String user = spec.seed().map(MachineSpec.Seed::user).orElse("");
    return new GuestModel(
        spec.vmid(),
        spec.name().replaceFirst("\\..*", ""),
        user.isEmpty() ? "debian" : user,
        machineId(spec),
        root,
        addresses,
        macs,
        spec.seed().map(MachineSpec.Seed::sshKeys).orElse(List.of()),
        spec.seed().isPresent(),
        installs(spec),
        Instant.now());
  }

  /** Once for a guest: after that there is a system on its disk. */
  private boolean installs(MachineSpec spec) {
    boolean iso =
        spec.disks().stream().anyMatch(disk -> disk.cdrom() && spec.boot().contains(disk.slot()));
    if (!iso || !spec.options().getOrDefault("reboot", "1").equals("0")) {
      return false;
    }
    Path kept = folder.resolve(spec.vmid() + ".installed");
    boolean before = StateFolder.read(kept).filter(spec.uuid()::equals).isPresent();
    StateFolder.write(kept, spec.uuid());
    return !before;
  }

  /** Made at the first boot and kept beside the guest, as a disk would keep it. */
  private String machineId(MachineSpec spec) {
    Path kept = folder.resolve(spec.vmid() + ".machine-id");
    String identity = spec.uuid() + " ";
    Optional<String> old = StateFolder.read(kept).filter(text -> text.startsWith(identity));
    if (old.isPresent()) {
      return old.get().substring(identity.length()).strip();
    }
    String fresh = UUID.randomUUID().toString().replace("-", "");
    StateFolder.write(kept, identity + fresh + "\n");
    return fresh;
  }

  private static List<String> addresses(int vmid, String ipconfig) {
    List<String> addresses = new ArrayList<>();
    for (String part : ipconfig.split(",", -1)) {
      if (part.equals("ip=dhcp")) {
        addresses.add("10.0.2." + (15 + vmid % 200) + "/24");
      } else if (part.startsWith("ip=") || part.startsWith("ip6=")) {
        String value = part.substring(part.indexOf('=') + 1);
        if (value.contains("/")) {
          addresses.add(value);
        }
      }
    }
    return addresses;
  }

  @Override
  public void stop(int vmid) {
    running.remove(vmid);
    try {
      Files.deleteIfExists(file(vmid));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean powerDown(int vmid, Duration limit) {
    stop(vmid);
    return true;
  }

  @Override
  public void reset(int vmid) {
    running.computeIfPresent(
        vmid,
        (id, m) ->
            new GuestModel(
                m.vmid(),
                m.hostName(),
                m.user(),
                m.machineId(),
                m.rootBytes(),
                m.addresses(),
                m.macs(),
                m.sshKeys(),
                m.cloudInit(),
                m.installs(),
                Instant.now()));
  }

  @Override
  public AgentAnswer agent(int vmid, String command, Map<String, ?> arguments, Duration limit) {
    GuestModel guest = running.get(vmid);
    if (guest == null || guest.installs() || !isUp(guest)) {
      return new AgentAnswer.Silent();
    }
    return switch (command) {
      case "guest-ping", "guest-fstrim" -> said(Map.of());
      case "guest-get-host-name" -> said(Map.of("host-name", guest.hostName()));
      case "guest-get-osinfo" -> said(osInfo());
      case "guest-network-get-interfaces" -> said(interfaces(guest));
      case "guest-get-fsinfo" -> said(fileSystems(guest));
      case "guest-get-timezone" -> said(Map.of("zone", "UTC", "offset", 0));
      case "guest-get-users" -> said(List.of());
      case "guest-get-time" -> said(System.currentTimeMillis() * 1_000_000);
      case "guest-info" -> said(Map.of("version", "7.2.0", "supported_commands", List.of()));
      case "guest-exec" -> exec(guest, arguments);
      case "guest-exec-status" -> status(arguments);
      case "guest-shutdown" -> {
        stop(vmid);
        yield said(Map.of());
      }
      default -> new AgentAnswer.Failed("The command " + command + " has not been found");
    };
  }

  private static AgentAnswer said(Object value) {
    return new AgentAnswer.Said(JSON.valueToTree(value));
  }

  private AgentAnswer exec(GuestModel guest, Map<String, ?> arguments) {
    List<String> command = new ArrayList<>();
    Object path = arguments.get("path");
    if (path != null) {
      command.add(String.valueOf(path));
    }
    if (arguments.get("arg") instanceof List<?> rest) {
      rest.forEach(word -> command.add(String.valueOf(word)));
    }
    Object encoded = arguments.get("input-data");
    String input =
        encoded == null
            ? ""
            : new String(
                Base64.getDecoder().decode(String.valueOf(encoded)), StandardCharsets.UTF_8);
    SimulatedGuest.Exec exec = behaviour.run(guest, command, input);
    long pid = pids.incrementAndGet();
    Map<String, Object> ended = new TreeMap<>();
    ended.put("exited", true);
    ended.put("exitcode", exec.exitCode());
    if (!exec.out().isEmpty()) {
      ended.put("out-data", base64(exec.out()));
    }
    if (!exec.err().isEmpty()) {
      ended.put("err-data", base64(exec.err()));
    }
    executed.put(guest.vmid() + "/" + pid, JSON.valueToTree(ended));
    return said(Map.of("pid", pid));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private AgentAnswer status(Map<String, ?> arguments) {
    String pid = String.valueOf(arguments.get("pid"));
    return executed.entrySet().stream()
        .filter(entry -> entry.getKey().endsWith("/" + pid))
        .findFirst()
        .<AgentAnswer>map(entry -> new AgentAnswer.Said(entry.getValue()))
        .orElseGet(() -> new AgentAnswer.Failed("PID " + pid + " does not exist"));
  }

  private static Map<String, Object> osInfo() {
    return Map.of(
        "id", "debian",
        "name", "Debian GNU/Linux",
        "pretty-name", "Debian GNU/Linux 12 (bookworm)",
        "version", "12 (bookworm)",
        "version-id", "12",
        "kernel-release", "6.1.0-sandbox",
        "kernel-version", "simulated by the sandbox",
        "machine", "x86_64");
  }

  private static List<Object> interfaces(GuestModel guest) {
    List<Object> all = new ArrayList<>();
    all.add(
        Map.of(
            "name", "lo",
            "hardware-address", "00:00:00:00:00:00",
            "ip-addresses",
                List.of(
                    Map.of("ip-address", "127.0.0.1", "ip-address-type", "ipv4", "prefix", 8))));
    for (int i = 0; i < guest.macs().size(); i++) {
      List<Object> addresses = new ArrayList<>();
      for (String address : guest.addresses().get(i)) {
        int slash = address.indexOf('/');
        addresses.add(
            Map.of(
                "ip-address", address.substring(0, slash),
                "ip-address-type", address.contains(":") ? "ipv6" : "ipv4",
                "prefix", Integer.parseInt(address.substring(slash + 1))));
      }
      all.add(
          Map.of(
              "name",
              "eth" + i,
              "hardware-address",
              guest.macs().get(i),
              "ip-addresses",
              addresses));
    }
    return all;
  }

  private static List<Object> fileSystems(GuestModel guest) {
    return List.of(
        Map.of(
            "name",
            "sda1",
            "mountpoint",
            "/",
            "type",
            "ext4",
            "total-bytes",
            guest.rootBytes(),
            "used-bytes",
            Math.min(guest.rootBytes(), 1L << 30),
            "disk",
            List.of()));
  }

  @Override
  public Optional<Map<String, Object>> describe(int vmid) {
    GuestModel model = running.get(vmid);
    if (model == null) {
      return Optional.empty();
    }
    Map<String, Object> all = new TreeMap<>();
    all.put("boot", mode());
    all.put("accel", accelerator());
    all.put("machineId", model.machineId());
    all.put("started", model.booted().toString());
    return Optional.of(all);
  }

  @Override
  public String mode() {
    return "simulated";
  }

  @Override
  public String accelerator() {
    return "none";
  }

  @Override
  public void close() {
    running.clear();
  }

  private Path file(int vmid) {
    return folder.resolve(vmid + SUFFIX);
  }
}
