package dev.proxkiln.template.create;

import dev.proxkiln.pve.model.IpConfig;
import dev.proxkiln.pve.model.Net;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A network interface and the addresses that clones get there.
 *
 * @param bridge bridge or SDN vnet
 * @param model {@code virtio}, {@code e1000} ...
 * @param mac unicast MAC address of the template; clones get others
 * @param vlan tag, 1 to 4094
 * @param trunks VLANs passed through, {@code 10;20-30}
 * @param mtu bytes; 1 for the bridge's own
 * @param rate limit in MB/s
 * @param queues packet queues
 * @param firewall whether the node's firewall looks at it
 * @param linkDown whether the cable is pulled
 * @param ipv4 {@code dhcp}, {@code none}, or an address with its prefix length
 * @param ipv6 {@code auto}, {@code dhcp}, {@code none}, or an address with its prefix length
 */
public record Nic(
    String bridge,
    String model,
    Optional<String> mac,
    Optional<Long> vlan,
    Optional<String> trunks,
    Optional<Long> mtu,
    Optional<BigDecimal> rate,
    Optional<Long> queues,
    boolean firewall,
    boolean linkDown,
    String ipv4,
    Optional<String> gateway,
    String ipv6,
    Optional<String> gateway6) {

  /** Whether clones get an address there. */
  public boolean hasAddress() {
    return !ipv4.equals("none") || !ipv6.equals("none");
  }

  /** The card. */
  Net card() {
    return new Net(
        model,
        mac,
        Optional.of(bridge),
        number(vlan),
        number(mtu),
        firewall,
        rate,
        trunks,
        number(queues),
        linkDown,
        new LinkedHashMap<>());
  }

  /** The addresses; empty where there are none, so that the guest leaves the card alone. */
  Optional<IpConfig> addresses() {
    return hasAddress()
        ? Optional.of(
            new IpConfig(
                Optional.of(ipv4).filter(ip -> !ip.equals("none")),
                gateway,
                Optional.of(ipv6).filter(ip -> !ip.equals("none")),
                gateway6))
        : Optional.empty();
  }

  private static OptionalInt number(Optional<Long> value) {
    return value.map(v -> OptionalInt.of(Math.toIntExact(v))).orElse(OptionalInt.empty());
  }
}
