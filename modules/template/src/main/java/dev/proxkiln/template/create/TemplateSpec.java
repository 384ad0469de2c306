package dev.proxkiln.template.create;

import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.spec.Spec;
import dev.proxkiln.template.catalogue.Firmware;
import dev.proxkiln.template.catalogue.Image;
import java.util.List;
import java.util.Optional;

/**
 * The checked wish of {@code template create}.
 *
 * @param image what it is made of
 * @param fetch what to download and how to trust it
 * @param vmid VM ID, empty to take the next free one
 * @param name the template's name
 * @param tags the user's tags, without our own
 * @param notes the user's notes, may be empty
 * @param pool resource pool
 * @param storage storage for the disks
 * @param importStorage storage that takes the uploaded image; empty where the node reads it by path
 * @param guest the virtual hardware
 * @param network the network of the first interface
 * @param access who may log in
 * @param snippet what has to be said by vendor data
 */
public record TemplateSpec(
    Image image,
    Fetch fetch,
    Optional<Long> vmid,
    String name,
    List<String> tags,
    String notes,
    Optional<String> pool,
    StorageFacts storage,
    Optional<String> importStorage,
    Guest guest,
    Network network,
    Access access,
    Optional<Snippet> snippet)
    implements Spec {

  /**
   * The virtual hardware.
   *
   * @param firmware what starts it
   * @param secureBoot whether Secure Boot keys are enrolled; means nothing for BIOS
   * @param machine {@code q35} or {@code i440fx}
   * @param cpu CPU type
   * @param cores cores per socket
   * @param sockets sockets
   * @param memory bytes
   * @param diskSize bytes
   * @param diskBus {@code scsi}, {@code virtio} or {@code sata}
   */
  public record Guest(
      Firmware firmware,
      boolean secureBoot,
      String machine,
      String cpu,
      long cores,
      long sockets,
      long memory,
      long diskSize,
      String diskBus) {

    /** The drive that it boots from, for example {@code scsi0}. */
    public String disk() {
      return diskBus + "0";
    }
  }

  /**
   * The network of the first interface.
   *
   * @param ipv4 {@code dhcp}, {@code none}, or an address with its prefix length
   * @param ipv6 {@code auto}, {@code dhcp}, {@code none}, or an address with its prefix length
   * @param dns addresses; empty for the node's own
   */
  public record Network(
      String bridge,
      Optional<Long> vlan,
      Optional<Long> mtu,
      boolean firewall,
      String ipv4,
      Optional<String> gateway,
      String ipv6,
      Optional<String> gateway6,
      List<String> dns,
      List<String> searchDomains) {}

  /**
   * Who may log in.
   *
   * @param user name of the first user
   * @param password name of the secret that holds the password or its crypt hash
   * @param keys public keys, one each
   * @param upgrade whether the first boot of a clone upgrades all packages
   */
  public record Access(
      String user, Optional<String> password, List<String> keys, boolean upgrade) {}

  /**
   * Vendor data that a clone reads at its first boot.
   *
   * @param storage storage of the file
   * @param folder folder of the storage on the node
   * @param content the whole file
   */
  public record Snippet(String storage, String folder, String content) {}
}
