package dev.proxkiln.sandbox.boot;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.state.StateFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Guests in QEMU processes that outlive this one.
 *
 * <p>A guest runs when its pid file names a process whose command line names that pid file. Beside
 * it lies {@code VMID.json} with what only the sandbox tells.
 */
public final class QemuMachines implements Machines {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Path FIRMWARE = Path.of("/usr/share/OVMF");
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration QUIT_LIMIT = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(25);

  /** Longest folder name under which all sockets' names still fit their 107 bytes. */
  private static final int LONGEST_FOLDER = 85;

  private final Commands commands;
  private final Path run;
  private final String accelerator;
  private final Map<Integer, ReentrantLock> talking = new ConcurrentHashMap<>();

  /**
   * What is kept of a running guest.
   *
   * @param started ISO 8601
   */
  private record Running(int sshPort, String console, String accel, String started) {}

  /** Guests of a state folder; those that still run are found again. */
  public QemuMachines(StateFolder state, Commands commands) {
    this.commands = commands;
    this.run = state.path("run", "x").resolveSibling("").normalize();
    this.accelerator = Accelerator.choose(System.getenv());
  }

  /** Whether QEMU is installed. */
  public static boolean available() {
    for (String folder : List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin")) {
      if (Files.isExecutable(Path.of(folder, QemuCommandLine.PROGRAM))) {
        return true;
      }
    }
    return false;
  }

  /** Where the sockets are; a folder elsewhere is made when the first guest needs it. */
  private synchronized Path sockets() {
    if (run.toString().length() <= LONGEST_FOLDER) {
      return run;
    }
    Path kept = run.resolve("sockets");
    Optional<Path> old = StateFolder.read(kept).map(text -> Path.of(text.strip()));
    if (old.isPresent() && Files.isDirectory(old.get())) {
      return old.get();
    }
    try {
      Path made = Files.createTempDirectory("pks");
      StateFolder.write(kept, made + "\n");
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes the folder of sockets that a deep state folder needed elsewhere. */
  public static void removeSockets(Path run) throws IOException {
    Optional<Path> elsewhere =
        StateFolder.read(run.resolve("sockets")).map(text -> Path.of(text.strip()));
    if (elsewhere.isEmpty() || !Files.isDirectory(elsewhere.get())) {
      return;
    }
    try (Stream<Path> files = Files.list(elsewhere.get())) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.delete(elsewhere.get());
  }

  private QemuCommandLine.Place place(int vmid, int sshPort) {
    return new QemuCommandLine.Place(
        sockets(), run, FIRMWARE, run.resolve(vmid + ".efivars"), sshPort);
  }

  @Override
  public boolean running(int vmid) {
    return pid(vmid).isPresent();
  }

  @Override
  public OptionalLong pid(int vmid) {
    Optional<Long> pid = process(run.resolve(vmid + ".pid"));
    return pid.isPresent() ? OptionalLong.of(pid.get()) : OptionalLong.empty();
  }

  /** The process that a pid file names, when its command line names the file in turn. */
  public static Optional<Long> process(Path file) {
    Optional<String> text =
        StateFolder.read(file).map(String::strip).filter(pid -> pid.matches("\\d{1,18}"));
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      byte[] command = Files.readAllBytes(Path.of("/proc/" + text.get() + "/cmdline"));
      boolean ours = new String(command, StandardCharsets.UTF_8).contains(file.toString());
      return ours ? text.map(Long::parseLong) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Optional<Running> kept(int vmid) {
    return StateFolder.read(run.resolve(vmid + ".json"))
        .map(text -> JSON.readValue(text, Running.class));
  }

  @Override
  public long uptime(int vmid) {
    return running(vmid)
        ? kept(vmid)
            .map(r -> Duration.between(Instant.parse(r.started), Instant.now()).toSeconds())
            .orElse(0L)
        : 0;
  }

  @Override
  public void start(MachineSpec spec, Consumer<String> log) {
    int vmid = spec.vmid();
    int port = freePort();
    QemuCommandLine.Place place = place(vmid, port);
    if (spec.options().getOrDefault("bios", "").equals("ovmf") && spec.firmware().isEmpty()) {
      log.accept("WARN: no efidisk configured! Using temporary efivars disk.");
      temporaryVariables(place.variables());
    }
    clean(vmid);
    List<String> argv = QemuCommandLine.of(spec, place, accelerator);
    Commands.Ended ended;
    try {
      ended = commands.run(Commands.Command.of(argv).within(START_LIMIT));
    } catch (ProblemException e) {
      throw Refusal.failed("start failed: " + e.getMessage());
    }
    ended.err().lines().filter(line -> !line.isBlank()).forEach(log);
    if (!ended.ok()) {
      throw Refusal.failed("start failed: QEMU exited with code " + ended.exit());
    }
    Running running =
        new Running(
            spec.networks().isEmpty() ? 0 : port,
            spec.options().getOrDefault("serial0", "").equals("socket")
                ? place.console(vmid, 0).toString()
                : "",
            accelerator,
            Instant.now().toString());
    StateFolder.write(run.resolve(vmid + ".json"), JSON.writeValueAsString(running));
  }

  private static void temporaryVariables(Path target) {
    try {
      Files.copy(FIRMWARE.resolve("OVMF_VARS_4M.fd"), target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw Refusal.failed(
          "EFI base image '" + FIRMWARE.resolve("OVMF_VARS_4M.fd") + "' not found");
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes what an earlier run of the guest left behind; its console log starts anew. */
  private void clean(int vmid) {
    QemuCommandLine.Place place = place(vmid, 0);
    List<Path> left = new ArrayList<>();
    left.add(place.pidFile(vmid));
    left.add(place.qmp(vmid));
    left.add(place.agent(vmid));
    left.add(run.resolve(vmid + ".json"));
    for (int i = 0; i < 4; i++) {
      left.add(place.serial(vmid, i));
      left.add(place.console(vmid, i));
    }
    for (Path path : left) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void stop(int vmid) {
    OptionalLong pid = pid(vmid);
    if (pid.isEmpty()) {
      return;
    }
    JsonSocket.monitor(place(vmid, 0).qmp(vmid), "quit", QUIT_LIMIT);
    if (!awaitEnd(vmid, QUIT_LIMIT)) {
      ProcessHandle.of(pid.getAsLong()).ifPresent(ProcessHandle::destroyForcibly);
      awaitEnd(vmid, QUIT_LIMIT);
    }
  }

  private boolean awaitEnd(int vmid, Duration limit) {
    Instant end = Instant.now().plus(limit);
    while (running(vmid)) {
      if (Instant.now().isAfter(end)) {
        return false;
      }
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Refusal.failed("received interrupt");
      }
    }
    return true;
  }

  @Override
  public boolean powerDown(int vmid, Duration limit) {
    boolean asked =
        agent(vmid, "guest-ping", Map.of(), Duration.ofSeconds(3)) instanceof AgentAnswer.Said;
    if (asked) {
      // The agent does not answer a shutdown that works.
      agent(vmid, "guest-shutdown", Map.of(), Duration.ofSeconds(1));
    } else {
      JsonSocket.monitor(place(vmid, 0).qmp(vmid), "system_powerdown", QUIT_LIMIT);
    }
    return awaitEnd(vmid, limit);
  }

  @Override
  public long written(int vmid) {
    if (!running(vmid)) {
      return 0;
    }
    long bytes = 0;
    for (JsonNode device :
        JsonSocket.monitor(place(vmid, 0).qmp(vmid), "query-blockstats", QUIT_LIMIT)
            .map(answer -> answer.path("return"))
            .orElseGet(JSON::createArrayNode)) {
      bytes += device.path("stats").path("wr_bytes").asLong(0);
    }
    return bytes;
  }

  @Override
  public void reset(int vmid) {
    JsonSocket.monitor(place(vmid, 0).qmp(vmid), "system_reset", QUIT_LIMIT);
  }

  @Override
  public AgentAnswer agent(int vmid, String command, Map<String, ?> arguments, Duration limit) {
    if (!running(vmid)) {
      return new AgentAnswer.Silent();
    }
    Path socket = place(vmid, 0).agent(vmid);
    if (!Files.exists(socket)) {
      return new AgentAnswer.Silent();
    }
    ReentrantLock lock = talking.computeIfAbsent(vmid, ignored -> new ReentrantLock());
    lock.lock();
    try {
      Optional<JsonNode> answer = JsonSocket.agent(socket, command, arguments, limit);
      if (answer.isEmpty()) {
        return new AgentAnswer.Silent();
      }
      JsonNode error = answer.get().path("error");
      return error.isMissingNode()
          ? new AgentAnswer.Said(answer.get().path("return"))
          : new AgentAnswer.Failed(error.path("desc").asString("unknown error"));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Optional<Map<String, Object>> describe(int vmid) {
    if (!running(vmid)) {
      return Optional.empty();
    }
    return kept(vmid)
        .map(
            running -> {
              Map<String, Object> all = new TreeMap<>();
              all.put("boot", mode());
              all.put("accel", running.accel);
              all.put("started", running.started);
              all.put("console", running.console);
              all.put("sockets", sockets().toString());
              if (running.sshPort > 0) {
                all.put("sshHost", "127.0.0.1");
                all.put("sshPort", running.sshPort);
              }
              return all;
            });
  }

  @Override
  public String mode() {
    return "qemu";
  }

  @Override
  public String accelerator() {
    return accelerator;
  }

  @Override
  public void close() {
    talking.clear();
  }
}
