package dev.proxkiln.sandbox;

import dev.proxkiln.sandbox.boot.BootMode;
import dev.proxkiln.sandbox.boot.SimulatedGuest;
import dev.proxkiln.sandbox.contract.Contract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How a sandbox node is started.
 *
 * @param stateDir folder of everything the node keeps; made when missing, one server at a time
 * @param version release whose contract is enforced: 8.4, 9.1 or 9.2
 * @param nodeName the node's name, as in {@code /nodes/pve}
 * @param nodes how many nodes the cluster has, 1 to 32; further ones are called as the first with a
 *     number behind; 0 for as many as the folder has, 1 in a fresh one
 * @param bootMode how guests are started
 * @param port TCP port on loopback, 0 for any free one
 * @param simulatedBoot how long a simulated guest takes until its agent answers
 * @param simulatedGuest what a simulated guest's agent answers
 */
public record SandboxOptions(
    Path stateDir,
    String version,
    String nodeName,
    int nodes,
    BootMode bootMode,
    int port,
    Duration simulatedBoot,
    SimulatedGuest simulatedGuest) {

  /** As many nodes as a cluster is usually said to have at most. */
  public static final int MOST_NODES = 32;

  /** Release 9.2, node {@code pve}, any free port, QEMU where it is installed. */
  public static SandboxOptions in(Path stateDir) {
    return new SandboxOptions(
        stateDir,
        "9.2",
        "pve",
        0,
        BootMode.AUTO,
        0,
        Duration.ofMillis(50),
        SimulatedGuest.healthy());
  }

  /** The names of so many nodes, the one that answers first. */
  List<String> names(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(number -> number == 1 ? nodeName : nodeName + number)
        .toList();
  }

  public SandboxOptions {
    if (!Contract.versions().contains(version)) {
      throw new IllegalArgumentException(
          "no contract for version '" + version + "', only for " + Contract.versions());
    }
    if (!nodeName.matches("[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?")) {
      throw new IllegalArgumentException("'" + nodeName + "' is no node name");
    }
    if (nodes < 0 || nodes > MOST_NODES) {
      throw new IllegalArgumentException("a sandbox has 1 to " + MOST_NODES + " nodes");
    }
  }

  /** The same on another folder. */
  public SandboxOptions withStateDir(Path other) {
    return new SandboxOptions(
        other, version, nodeName, nodes, bootMode, port, simulatedBoot, simulatedGuest);
  }

  /** The same with another release. */
  public SandboxOptions withVersion(String other) {
    return new SandboxOptions(
        stateDir, other, nodeName, nodes, bootMode, port, simulatedBoot, simulatedGuest);
  }

  /** The same with another way of starting guests. */
  public SandboxOptions withBootMode(BootMode other) {
    return new SandboxOptions(
        stateDir, version, nodeName, nodes, other, port, simulatedBoot, simulatedGuest);
  }

  /** The same on another port. */
  public SandboxOptions withPort(int other) {
    return new SandboxOptions(
        stateDir, version, nodeName, nodes, bootMode, other, simulatedBoot, simulatedGuest);
  }

  /** The same under another node name. */
  public SandboxOptions withNodeName(String other) {
    return new SandboxOptions(
        stateDir, version, other, nodes, bootMode, port, simulatedBoot, simulatedGuest);
  }

  /** The same with another number of nodes. */
  public SandboxOptions withNodes(int other) {
    return new SandboxOptions(
        stateDir, version, nodeName, other, bootMode, port, simulatedBoot, simulatedGuest);
  }

  /** The same with another time until a simulated guest's agent answers. */
  public SandboxOptions withSimulatedBoot(Duration other) {
    return new SandboxOptions(
        stateDir, version, nodeName, nodes, bootMode, port, other, simulatedGuest);
  }

  /** The same with other answers of simulated guests. */
  public SandboxOptions withSimulatedGuest(SimulatedGuest other) {
    return new SandboxOptions(
        stateDir, version, nodeName, nodes, bootMode, port, simulatedBoot, other);
  }
}
