package dev.proxkiln.sandbox.boot;

import java.util.Arrays;
import java.util.Optional;

/**
 * A user-mode network in which a guest's address is reachable: QEMU's own for DHCP, one around the
 * address for a static one.
 *
 * @param options for {@code -netdev user}, starting with a comma or empty
 * @param guest the guest's IPv4 address
 */
record UserNetwork(String options, String guest) {

  /**
   * The network for an ipconfig text.
   *
   * @param ipconfig such as {@code ip=192.168.7.20/24,gw=192.168.7.1}
   * @param number of the network device; each DHCP network gets a range of its own
   */
  static UserNetwork of(String ipconfig, int number) {
    Optional<String> address = value(ipconfig, "ip").filter(text -> text.contains("/"));
    if (address.isEmpty()) {
      return number == 0
          ? new UserNetwork("", "10.0.2.15")
          : new UserNetwork(",net=10.0." + (2 + number) + ".0/24", "10.0." + (2 + number) + ".15");
    }
    String guest = address.get().substring(0, address.get().indexOf('/'));
    int length = Integer.parseInt(address.get().substring(address.get().indexOf('/') + 1));
    // A network of fewer than eight addresses has no room for QEMU's gateway and resolver.
    int wide = Math.min(length, 29);
    long own = toNumber(guest);
    long mask = (0xFFFFFFFFL << (32 - wide)) & 0xFFFFFFFFL;
    long network = own & mask;
    long last = network | (~mask & 0xFFFFFFFFL);
    long gateway =
        value(ipconfig, "gw")
            .map(UserNetwork::toNumber)
            .filter(gw -> (gw & mask) == network && gw != own)
            .orElse(firstFree(network + 1, own, -1));
    long resolver = firstFree(network + 1, own, gateway);
    long start = firstFree(Math.max(network + 1, last - 3), own, gateway);
    return new UserNetwork(
        ",net="
            + toText(network)
            + "/"
            + wide
            + ",host="
            + toText(gateway)
            + ",dns="
            + toText(resolver)
            + ",dhcpstart="
            + toText(start),
        guest);
  }

  private static Optional<String> value(String ipconfig, String key) {
    return Arrays.stream(ipconfig.split(",", -1))
        .filter(part -> part.startsWith(key + "="))
        .map(part -> part.substring(key.length() + 1))
        .findFirst();
  }

  private static long firstFree(long from, long own, long gateway) {
    long candidate = from;
    while (candidate == own || candidate == gateway) {
      candidate++;
    }
    return candidate;
  }

  private static long toNumber(String address) {
    long number = 0;
    for (String part : address.split("\\.", -1)) {
      number = number << 8 | Integer.parseInt(part);
    }
    return number;
  }

  private static String toText(long number) {
    return (number >> 24 & 255)
        + "."
        + (number >> 16 & 255)
        + "."
        + (number >> 8 & 255)
        + "."
        + (number & 255);
  }
}
