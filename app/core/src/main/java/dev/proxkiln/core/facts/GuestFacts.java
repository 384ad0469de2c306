package dev.proxkiln.core.facts;

import java.util.List;

/**
 * A guest in a list.
 *
 * @param vmid VM ID
 * @param name name, may be empty
 * @param node node it lives on
 * @param type {@code qemu} or {@code lxc}
 * @param template whether it is a template
 * @param running whether it runs
 * @param tags tags in the node's order
 * @param memory what it may use, in bytes; 0 where that is not known
 */
public record GuestFacts(
    long vmid,
    String name,
    String node,
    String type,
    boolean template,
    boolean running,
    List<String> tags,
    long memory) {

  /** A guest whose memory is not known. */
  public GuestFacts(
      long vmid,
      String name,
      String node,
      String type,
      boolean template,
      boolean running,
      List<String> tags) {
    this(vmid, name, node, type, template, running, tags, 0);
  }

  /** Where the API has it: {@code /nodes/NODE/qemu/VMID}, or {@code lxc} for a container. */
  public String path() {
    return "/nodes/" + node + "/" + type + "/" + vmid;
  }
}
