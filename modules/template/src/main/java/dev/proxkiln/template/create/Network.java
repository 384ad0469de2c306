package dev.proxkiln.template.create;

import java.util.List;
import java.util.Optional;

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
