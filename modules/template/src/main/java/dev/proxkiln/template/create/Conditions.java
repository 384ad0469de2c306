package dev.proxkiln.template.create;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.pve.problem.PveSlug;
import dev.proxkiln.template.catalogue.Needs;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.Optional;

/** What must hold on the target, in words: used when reading and again when the plan runs. */
final class Conditions {
  private Conditions() {}

  /**
   * Free space in bytes that the disks need: the whole disk on thick storage, else the image with a
   * fifth more.
   */
  static long space(StorageFacts storage, long diskSize, Needs needs) {
    boolean thick = storage.type().equals("lvm");
    long image = Math.min(diskSize, needs.virtualSize().orElse(needs.minDisk()));
    return thick ? diskSize : image + image / 5;
  }

  static Problem noTarget() {
    return CoreSlug.MISSING_VALUE.problem(
        "--target",
        "There is no target.",
        "A template is made on a Proxmox VE node or in the sandbox.",
        "Give --target local, --target sandbox, or the address of a node.");
  }

  static Problem quorumLost(Facts facts) {
    return PveSlug.QUORUM_LOST.problem(
        "node " + facts.node(),
        "The cluster has lost its quorum, so nothing can be made on it.",
        "",
        "Bring the other nodes back: pvecm status shows who is missing.");
  }

  static Problem vmidTaken(String where, GuestFacts guest) {
    return PveSlug.VMID_TAKEN.problem(
        where,
        "VM ID '" + guest.vmid() + "' is in use.",
        "It belongs to '" + guest.name() + "' on node '" + guest.node() + "'.",
        "Choose another, or leave --vmid out to take the next free one.");
  }

  static Problem vmidTaken(long vmid) {
    return PveSlug.VMID_TAKEN.problem(
        "--vmid",
        "VM ID '" + vmid + "' is in use.",
        "",
        "Choose another, or leave --vmid out to take the next free one.");
  }

  static Problem withoutImages(String where, Optional<String> id, Facts facts) {
    String why =
        id.isEmpty()
            ? "None of its active storages has the content type 'images'."
            : facts
                .storage(id.get())
                .map(
                    s ->
                        s.active()
                            ? "Its content types are: " + String.join(", ", s.content()) + "."
                            : "It is switched off or cannot be reached.")
                .orElse("There is no such storage on node '" + facts.node() + "'.");
    return TemplateSlug.STORAGE_WITHOUT_IMAGES.problem(
        where,
        id.map(storage -> "Storage '" + storage + "' takes no disk images.")
            .orElse("Node '" + facts.node() + "' has no storage for disk images."),
        why,
        choose(facts, "images", "--storage"));
  }

  static Problem withoutImages(String storage) {
    return TemplateSlug.STORAGE_WITHOUT_IMAGES.problem(
        "--storage",
        "Storage '" + storage + "' takes no disk images now.",
        "",
        "See it with: pvesm status --content images");
  }

  static Problem withoutImport(String where, Optional<String> id, Facts facts) {
    return TemplateSlug.STORAGE_WITHOUT_IMPORT.problem(
        where,
        id.map(storage -> "Storage '" + storage + "' takes no images for import.")
            .orElse("Node '" + facts.node() + "' has no storage for images to import."),
        "The image has to be uploaded, because the node cannot read it by its path.",
        choose(facts, "import", "--image-storage"));
  }

  static Problem withoutImport(String storage) {
    return TemplateSlug.STORAGE_WITHOUT_IMPORT.problem(
        "--image-storage",
        "Storage '" + storage + "' takes no images for import now.",
        "",
        "See it with: pvesm status --content import");
  }

  private static String choose(Facts facts, String content, String flag) {
    var ids = facts.storagesFor(content).stream().map(StorageFacts::id).toList();
    return ids.isEmpty()
        ? "Allow it on one: pvesm set STORAGE --content LIST, where LIST is the whole new list with"
            + " '"
            + content
            + "' in it."
        : "Give " + flag + " " + String.join(" or ", ids) + ".";
  }

  static Problem tooSmall(String where, String storage, long least) {
    return TemplateSlug.STORAGE_TOO_SMALL.problem(
        where,
        "Storage '" + storage + "' has less than the " + (least >> 20) + " MiB that this needs.",
        "",
        "Free space, choose another storage with --storage, or a smaller --disk-size.");
  }

  static Problem bridgeMissing(String where, String bridge, Facts facts) {
    return TemplateSlug.BRIDGE_MISSING.problem(
        where,
        bridge.isEmpty()
            ? "Node '" + facts.node() + "' has no bridge that you may use."
            : "Node '" + facts.node() + "' has no bridge '" + bridge + "' that you may use.",
        "",
        facts.bridges().isEmpty()
            ? "Make a bridge on the node first."
            : "Give --bridge " + String.join(" or ", facts.bridges()) + ".");
  }

  static Problem poolMissing(String where, String pool, Facts facts) {
    return TemplateSlug.POOL_MISSING.problem(
        where,
        "There is no resource pool '" + pool + "' that you may see.",
        "",
        facts.pools().isEmpty()
            ? "Make it first: pvesh create /pools --poolid " + pool
            : "Give one of: " + String.join(", ", facts.pools()) + ".");
  }
}
