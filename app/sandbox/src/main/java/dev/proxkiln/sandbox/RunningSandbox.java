package dev.proxkiln.sandbox;

import dev.proxkiln.sandbox.state.StateFolder;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a running sandbox wrote into {@code sandbox.json} of its state folder; its password is in
 * {@code credentials.json} beside it, mode 0600.
 *
 * @param pid process of the server
 * @param port TCP port on loopback
 * @param url for example {@code https://127.0.0.1:41234}
 * @param fingerprint SHA-256 of the certificate, upper-case hex pairs joined by colons
 * @param version release whose contract is enforced
 * @param node the name of the node that answers
 * @param nodes the names of all nodes
 * @param boot {@code qemu} or {@code simulated}
 * @param accel accelerator of QEMU: {@code tcg}, {@code kvm}, or {@code none} when simulated
 * @param stateDir the state folder, absolute
 * @param started start of the server, ISO 8601
 */
public record RunningSandbox(
    long pid,
    int port,
    String url,
    String fingerprint,
    String version,
    String node,
    List<String> nodes,
    String boot,
    String accel,
    String stateDir,
    String started) {
  private static final JsonMapper JSON = JsonMapper.shared();

  public RunningSandbox {
    // A file that an earlier release wrote names no nodes: there was one.
    nodes = Optional.ofNullable(nodes).map(List::copyOf).orElseGet(() -> List.of(node));
  }

  /**
   * Name and secret of the sandbox's administrator.
   *
   * @param user always {@code root@pam}
   * @param password for {@code POST /access/ticket}
   */
  public record Credentials(String user, String password) {}

  /** The sandbox that runs on a state folder; empty when none does. */
  public static Optional<RunningSandbox> find(Path stateDir) {
    return StateFolder.read(stateDir.resolve("sandbox.json"))
        .map(text -> JSON.readValue(text, RunningSandbox.class))
        .filter(running -> ProcessHandle.of(running.pid).map(ProcessHandle::isAlive).orElse(false));
  }

  /** The credentials in a state folder, whether or not a sandbox runs; empty in a fresh folder. */
  public static Optional<Credentials> credentials(Path stateDir) {
    return StateFolder.read(stateDir.resolve("credentials.json"))
        .map(text -> JSON.readValue(text, Credentials.class));
  }

  /** The folder of the guests' sockets, {@code VMID.serial0} among them. */
  public static Path sockets(Path stateDir) {
    Path run = stateDir.resolve("run");
    // Where the state folder's name is too long for a socket, a shorter one is noted here.
    return StateFolder.read(run.resolve("sockets")).map(text -> Path.of(text.strip())).orElse(run);
  }

  /** Where the API is. */
  public URI uri() {
    return URI.create(url);
  }

  String toJson() {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this);
  }
}
