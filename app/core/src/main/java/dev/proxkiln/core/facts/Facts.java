package dev.proxkiln.core.facts;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of the target before planning; a snapshot, taken once.
 *
 * @param target how the node is reached
 * @param address the target as the user wrote it, without secrets
 * @param version PVE version as reported, for example {@code 9.2.3}; empty when unknown
 * @param node the node that the work is for
 * @param reached the node that the target leads to, whose files can be reached where any can; the
 *     others of its cluster are asked through it
 * @param nodes all nodes of the cluster
 * @param quorate whether the cluster can be written to
 * @param storages the node's storages
 * @param bridges bridges and SDN vnets of the node that the user may use
 * @param guests guests of the whole cluster
 * @param pools resource pools
 * @param nextId the next free VM ID as the node says it, without reservation
 * @param rootSession whether calls run as root@pam itself, so absolute import paths are allowed
 */
public record Facts(
    TargetKind target,
    String address,
    String version,
    String node,
    String reached,
    List<String> nodes,
    boolean quorate,
    List<StorageFacts> storages,
    List<String> bridges,
    List<GuestFacts> guests,
    List<String> pools,
    OptionalLong nextId,
    boolean rootSession) {

  private static final Facts NONE =
      new Facts(
          TargetKind.NONE,
          "",
          "",
          "",
          "",
          List.of(),
          false,
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          OptionalLong.empty(),
          false);

  /** Facts of the node that the target leads to. */
  public Facts(
      TargetKind target,
      String address,
      String version,
      String node,
      List<String> nodes,
      boolean quorate,
      List<StorageFacts> storages,
      List<String> bridges,
      List<GuestFacts> guests,
      List<String> pools,
      OptionalLong nextId,
      boolean rootSession) {
    this(
        target,
        address,
        version,
        node,
        node,
        nodes,
        quorate,
        storages,
        bridges,
        guests,
        pools,
        nextId,
        rootSession);
  }

  /** No target at all: schemas and help can still be printed. */
  public static Facts none() {
    return NONE;
  }

  /** Whether there is a target. */
  public boolean known() {
    return target != TargetKind.NONE;
  }

  /** The storage with an ID. */
  public Optional<StorageFacts> storage(String id) {
    return storages.stream().filter(s -> s.id().equals(id)).findFirst();
  }

  /** Active storages that take a content type, in the node's order. */
  public List<StorageFacts> storagesFor(String contentType) {
    return storages.stream().filter(s -> s.takes(contentType)).toList();
  }

  /** The guest with a VM ID. */
  public Optional<GuestFacts> guest(long vmid) {
    return guests.stream().filter(g -> g.vmid() == vmid).findFirst();
  }

  /** Whether a path on this machine is the same file for the node that the work is for. */
  public boolean sharesFiles() {
    return target.sharesFiles() && node.equals(reached);
  }

  /** Whether files can be written on the node that the target leads to. */
  public boolean reachesFiles() {
    return target.sharesFiles() || target == TargetKind.SSH;
  }

  /** Whether files can be written on the node that the work is for. */
  public boolean writesFiles() {
    return reachesFiles() && node.equals(reached);
  }

  /**
   * Whether an image may be imported by its absolute path: a root@pam session that shares files.
   */
  public boolean importsByPath() {
    return rootSession && sharesFiles();
  }
}
