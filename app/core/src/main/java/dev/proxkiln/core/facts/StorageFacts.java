package dev.proxkiln.core.facts;

import java.util.Optional;
import java.util.SortedSet;

/**
 * A storage as its node reports it.
 *
 * @param id storage ID
 * @param type plugin type: {@code dir}, {@code lvmthin}, {@code lvm}, {@code zfspool}, {@code rbd}
 *     ...
 * @param content content types: {@code images}, {@code import}, {@code snippets} ...
 * @param active enabled and reachable on this node
 * @param shared the same volumes on every node
 * @param availableBytes free space in bytes; empty where the node does not say
 * @param path root folder on the node of a file storage, or empty
 */
public record StorageFacts(
    String id,
    String type,
    SortedSet<String> content,
    boolean active,
    boolean shared,
    Optional<Long> availableBytes,
    Optional<String> path) {

  /** Whether it is active and takes a content type. */
  public boolean takes(String contentType) {
    return active && content.contains(contentType);
  }

  /** Whether volumes are files with an extension ({@code STORE:ID/vm-ID-disk-N.qcow2}). */
  public boolean isFiles() {
    return switch (type) {
      case "dir", "nfs", "cifs", "btrfs", "cephfs" -> true;
      default -> false;
    };
  }

  /** Whether a template's disk here can have linked clones; thick LVM and iSCSI cannot. */
  public boolean linksClones() {
    return switch (type) {
      case "lvm", "iscsi", "iscsidirect" -> false;
      default -> true;
    };
  }
}
