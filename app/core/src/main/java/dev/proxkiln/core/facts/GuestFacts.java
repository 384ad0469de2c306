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
 */
public record GuestFacts(
    long vmid,
    String name,
    String node,
    String type,
    boolean template,
    boolean running,
    List<String> tags) {}
