package dev.proxkiln.pve.model;

import dev.proxkiln.pve.model.Options.Writer;
import java.util.Optional;

/**
 * The addresses that cloud-init gives a network card, {@code ipconfig0} ...
 *
 * <p>The same checks as PVE makes when it writes the drive (qemu-server: QemuServer/Network.pm),
 * where it would otherwise only warn and leave the card without any address.
 *
 * @param ip IPv4 address with prefix length, or {@code dhcp}
 * @param gateway IPv4 gateway, with a static address only
 * @param ip6 IPv6 address with prefix length, {@code dhcp} or {@code auto} (SLAAC)
 * @param gateway6 IPv6 gateway, with a static address only
 */
public record IpConfig(
    Optional<String> ip,
    Optional<String> gateway,
    Optional<String> ip6,
    Optional<String> gateway6) {

  private static final String DHCP = "dhcp";
  private static final String AUTO = "auto";

  public IpConfig {
    ip.filter(text -> !text.equals(DHCP)).ifPresent(text -> network(text, false));
    ip6.filter(text -> !text.equals(DHCP) && !text.equals(AUTO))
        .ifPresent(text -> network(text, true));
    gateway.ifPresent(Grammar::ipv4);
    gateway6.ifPresent(Grammar::ipv6);
    if (gateway.isPresent() && ip.filter(text -> !text.equals(DHCP)).isEmpty()) {
      throw new IllegalArgumentException("an IPv4 gateway needs a static IPv4 address");
    }
    if (gateway6.isPresent()
        && ip6.filter(text -> !text.equals(DHCP) && !text.equals(AUTO)).isEmpty()) {
      throw new IllegalArgumentException("an IPv6 gateway needs a static IPv6 address");
    }
    if (ip.isEmpty() && ip6.isEmpty()) {
      throw new IllegalArgumentException("neither IPv4 nor IPv6: the card would get no address");
    }
  }

  /** IPv4 by DHCP, and nothing else. */
  public static IpConfig dhcp() {
    return new IpConfig(Optional.of(DHCP), Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static void network(String text, boolean six) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(
          "'" + text + "' has no prefix length, for example " + (six ? "/64" : "/24"));
    }
    String address = text.substring(0, slash);
    if (six) {
      Grammar.ipv6(address);
    } else {
      Grammar.ipv4(address);
    }
    Grammar.number(text.substring(slash + 1), 8, six ? 128 : 32, "prefix length");
  }

  /** Reads the setting as the node writes it. */
  public static IpConfig parse(String text) {
    Options options = Options.parse(text, "ip");
    return new IpConfig(
        options.take("ip"), options.take("gw"), options.take("ip6"), options.take("gw6"));
  }

  /** The property string. */
  public String print() {
    return new Writer()
        .with("ip", ip)
        .with("gw", gateway)
        .with("ip6", ip6)
        .with("gw6", gateway6)
        .toString();
  }
}
