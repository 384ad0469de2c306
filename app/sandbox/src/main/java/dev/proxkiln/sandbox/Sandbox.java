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
import dev.proxkiln.sandbox.guest.Guests;
import dev.proxkiln.sandbox.guest.Parts;
import dev.proxkiln.sandbox.guest.Pools;
import dev.proxkiln.sandbox.state.StateFolder;
import dev.proxkiln.sandbox.storage.Images;
import dev.proxkiln.sandbox.storage.Storages;
import dev.proxkiln.sandbox.task.Tasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * A sandbox node inside this process.
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
      Parts parts = parts(options, folder);
      NodeCertificate certificate = NodeCertificate.of(folder, options.nodeName());
      NodeCalls calls = new NodeCalls(parts);
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

  private static Parts parts(SandboxOptions options, StateFolder folder) throws IOException {
    Commands commands = new ProcessCommands();
    Access access = Access.of(folder, options.version(), Clock.systemUTC());
    return new Parts(
        Contract.of(options.version()),
        new Guests(folder, options.nodeName()),
        new Pools(folder),
        new Storages(folder, new Images(commands), access),
        access,
        new Tasks(folder, options.nodeName(), Clock.systemUTC()),
        new Faults(),
        machines(options, folder, commands),
        new IsoWriter(commands, scratch(folder)));
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

  /** The node's name. */
  public String node() {
    return options.nodeName();
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
    parts.storages().setFull(storage, full);
  }

  /** Sets a storage's capacity in bytes, 0 for that of the file system. */
  public void setCapacity(String storage, long bytes) {
    parts.storages().setCapacity(storage, bytes);
  }

  /** The state folder, absolute. */
  public Path stateDir() {
    return folder.root();
  }

  @Override
  public void close() {
    server.close();
    parts.tasks().close();
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
