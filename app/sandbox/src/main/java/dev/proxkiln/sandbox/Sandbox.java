package dev.proxkiln.sandbox;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.sandbox.access.Access;
import dev.proxkiln.sandbox.access.NodeCertificate;
import dev.proxkiln.sandbox.api.ApiServer;
import dev.proxkiln.sandbox.api.NodeCalls;
import dev.proxkiln.sandbox.boot.IsoWriter;
import dev.proxkiln.sandbox.boot.Machines;
import dev.proxkiln.sandbox.boot.QemuMachines;
import dev.proxkiln.sandbox.boot.SimulatedMachines;
import dev.proxkiln.sandbox.contract.Contract;
import dev.proxkiln.sandbox.fault.Faults;
import dev.proxkiln.sandbox.guest.Cluster;
import dev.proxkiln.sandbox.guest.Guests;
import dev.proxkiln.sandbox.guest.Parts;
import dev.proxkiln.sandbox.guest.Pools;
import dev.proxkiln.sandbox.state.StateFolder;
import dev.proxkiln.sandbox.storage.Images;
import dev.proxkiln.sandbox.storage.StorageConfig;
import dev.proxkiln.sandbox.storage.Storages;
import dev.proxkiln.sandbox.task.Tasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * A sandbox inside this process: one node, or a cluster of several behind the API of the first.
 *
 * <p>Listens when {@link #open} returns. Closing stops the server and leaves the state, running
 * guests included, for the next one on the same folder.
 */
public final class Sandbox implements AutoCloseable {
  private final SandboxOptions options;
  private final StateFolder folder;
  private final Parts parts;
  private final NodeCertificate certificate;
  private final ApiServer server;

  private Sandbox(
      SandboxOptions options,
      StateFolder folder,
      Parts parts,
      NodeCertificate certificate,
      ApiServer server) {
    this.options = options;
    this.folder = folder;
    this.parts = parts;
    this.certificate = certificate;
    this.server = server;
  }

  /**
   * Starts a node on its state folder.
   *
   * @throws IOException when the folder cannot be used, another sandbox has it, or the port is
   *     taken
   */
  public static Sandbox open(SandboxOptions options) throws IOException {
    StateFolder folder;
    try {
      folder = StateFolder.open(options.stateDir());
    } catch (StateFolder.InUse e) {
      throw new IOException(e.getMessage(), e);
    }
    try {
      Cluster cluster = cluster(options, folder);
      Parts parts = cluster.local();
      NodeCertificate certificate = NodeCertificate.of(folder, options.nodeName());
      NodeCalls calls = new NodeCalls(cluster, certificate.rows());
      ApiServer server =
          new ApiServer(
              options.port(),
              certificate,
              calls,
              new SandboxExtras(parts, calls.endpoints()),
              scratch(folder));
      Sandbox sandbox = new Sandbox(options, folder, parts, certificate, server);
      sandbox.announce();
      return sandbox;
    } catch (IOException | RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private static Path scratch(StateFolder folder) {
    return folder.path("tmp", "x").resolveSibling("");
  }

  private static Cluster cluster(SandboxOptions options, StateFolder folder) throws IOException {
    List<String> names = options.names(count(options, folder));
    Commands commands = new ProcessCommands();
    Images images = new Images(commands);
    Access access = Access.of(folder, options.version(), Clock.systemUTC());
    Contract contract = Contract.of(options.version());
    Pools pools = new Pools(folder);
    StorageConfig storages = new StorageConfig(folder, names.size() > 1);
    Faults faults = new Faults();
    Machines machines = machines(options, folder, commands);
    IsoWriter isoWriter = new IsoWriter(commands, scratch(folder));
    Cluster cluster = new Cluster();
    for (String node : names) {
      Optional<Path> own =
          node.equals(options.nodeName())
              ? Optional.empty()
              : Optional.of(folder.path("nodes", node, "storage"));
      cluster.add(
          new Parts(
              cluster,
              contract,
              new Guests(folder, node),
              pools,
              new Storages(storages, node, own, images, access),
              access,
              new Tasks(folder, node, Clock.systemUTC()),
              faults,
              machines,
              isoWriter));
    }
    return cluster;
  }

  /** How many nodes there will be; none that was there is taken away. */
  private static int count(SandboxOptions options, StateFolder folder) throws IOException {
    List<String> names = options.names(SandboxOptions.MOST_NODES);
    int had = 1;
    for (String node : names.subList(1, names.size())) {
      had = Files.isDirectory(folder.root().resolve("nodes").resolve(node)) ? had + 1 : had;
    }
    if (options.nodes() != 0 && options.nodes() < had) {
      throw new IOException(
          "the sandbox has " + had + " nodes, and none can be taken away; reset it first");
    }
    return Math.max(had, options.nodes());
  }

  private static Machines machines(SandboxOptions options, StateFolder folder, Commands commands) {
    boolean qemu =
        switch (options.bootMode()) {
          case QEMU -> true;
          case SIMULATED -> false;
          case AUTO -> QemuMachines.available();
        };
    return qemu
        ? new QemuMachines(folder, commands)
        : new SimulatedMachines(folder, options.simulatedBoot(), options.simulatedGuest());
  }

  private void announce() {
    RunningSandbox running =
        new RunningSandbox(
            ProcessHandle.current().pid(),
            server.port(),
            url().toString(),
            fingerprint(),
            version(),
            node(),
            nodes(),
            parts.machines().mode(),
            parts.machines().accelerator(),
            folder.root().toString(),
            Instant.now().toString());
    StateFolder.writeSecret(
        folder.path("credentials.json"),
        JsonMapper.shared().writeValueAsString(Map.of("user", user(), "password", password())));
    StateFolder.write(folder.path("sandbox.json"), running.toJson());
  }

  /** Where the API is, such as {@code https://127.0.0.1:41234}. */
  public URI url() {
    return URI.create("https://127.0.0.1:" + server.port());
  }

  /** The TCP port on loopback. */
  public int port() {
    return server.port();
  }

  /** SHA-256 of the node's certificate, upper-case hex pairs joined by colons. */
  public String fingerprint() {
    return certificate.fingerprint();
  }

  /** The certificate authority's file, PEM, for clients that check certificates. */
  public Path certificateAuthority() {
    return certificate.authority();
  }

  /** The administrator, {@code root@pam}. */
  public String user() {
    return "root@pam";
  }

  /** The administrator's password; the same as in {@code credentials.json}. */
  public String password() {
    return parts.access().rootPassword();
  }

  /** The name of the node that answers. */
  public String node() {
    return options.nodeName();
  }

  /** The names of all nodes, the one that answers first. */
  public List<String> nodes() {
    return parts.cluster().names();
  }

  /** The release whose contract is enforced. */
  public String version() {
    return options.version();
  }

  /** How guests run: {@code qemu} or {@code simulated}. */
  public String boot() {
    return parts.machines().mode();
  }

  /** The troubles it can be put into. */
  public Faults faults() {
    return parts.faults();
  }

  /** Makes a storage answer as a full one, or no longer. */
  public void setFull(String storage, boolean full) {
    parts.storages().config().setFull(storage, full);
  }

  /** Sets a storage's capacity in bytes, 0 for that of the file system. */
  public void setCapacity(String storage, long bytes) {
    parts.storages().config().setCapacity(storage, bytes);
  }

  /** The state folder, absolute. */
  public Path stateDir() {
    return folder.root();
  }

  @Override
  public void close() {
    server.close();
    parts.cluster().all().forEach(node -> node.tasks().close());
    parts.machines().close();
    try {
      Files.deleteIfExists(folder.root().resolve("sandbox.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      folder.close();
    }
  }
}
