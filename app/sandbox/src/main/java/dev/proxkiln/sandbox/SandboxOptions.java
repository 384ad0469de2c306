package dev.proxkiln.sandbox;

import dev.proxkiln.sandbox.boot.BootMode;
import dev.proxkiln.sandbox.boot.SimulatedGuest;
import dev.proxkiln.sandbox.contract.Contract;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a sandbox node is started.
 *
 * @param stateDir folder of everything the node keeps; made when missing, one server at a time
 * @param version release whose contract is enforced: 8.4, 9.1 or 9.2
 * @param nodeName the node's name, as in {@code /nodes/pve}
 * @param bootMode how guests are started
 * @param port TCP port on loopback, 0 for any free one
 * @param simulatedBoot how long a simulated guest takes until its agent answers
 * @param simulatedGuest what a simulated guest's agent answers
 */
public record SandboxOptions(
    Path stateDir,
    String version,
    String nodeName,
    BootMode bootMode,
    int port,
    Duration simulatedBoot,
    SimulatedGuest simulatedGuest) {

  /** Release 9.2, node {@code pve}, any free port, QEMU where it is installed. */
  public static SandboxOptions in(Path stateDir) {
    return new SandboxOptions(
        stateDir, "9.2", "pve", BootMode.AUTO, 0, Duration.ofMillis(50), SimulatedGuest.healthy());
  }

  public SandboxOptions {
    if (!Contract.versions().contains(version)) {
      throw new IllegalArgumentException(
          "no contract for version '" + version + "', only for " + Contract.versions());
    }
    if (!nodeName.matches("[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?")) {
      throw new IllegalArgumentException("'" + nodeName + "' is no node name");
    }
  }

  /** The same on another folder. */
  public SandboxOptions withStateDir(Path other) {
    return new SandboxOptions(
        other, version, nodeName, bootMode, port, simulatedBoot, simulatedGuest);
  }

  /** The same with another release. */
  public SandboxOptions withVersion(String other) {
    return new SandboxOptions(
        stateDir, other, nodeName, bootMode, port, simulatedBoot, simulatedGuest);
  }

  /** The same with another way of starting guests. */
  public SandboxOptions withBootMode(BootMode other) {
    return new SandboxOptions(
        stateDir, version, nodeName, other, port, simulatedBoot, simulatedGuest);
  }

  /** The same on another port. */
  public SandboxOptions withPort(int other) {
    return new SandboxOptions(
        stateDir, version, nodeName, bootMode, other, simulatedBoot, simulatedGuest);
  }

  /** The same under another node name. */
  public SandboxOptions withNodeName(String other) {
    return new SandboxOptions(
        stateDir, version, other, bootMode, port, simulatedBoot, simulatedGuest);
  }

  /** The same with another time until a simulated guest's agent answers. */
  public SandboxOptions withSimulatedBoot(Duration other) {
    return new SandboxOptions(stateDir, version, nodeName, bootMode, port, other, simulatedGuest);
  }

  /** The same with other answers of simulated guests. */
  public SandboxOptions withSimulatedGuest(SimulatedGuest other) {
    return new SandboxOptions(stateDir, version, nodeName, bootMode, port, simulatedBoot, other);
  }
}
