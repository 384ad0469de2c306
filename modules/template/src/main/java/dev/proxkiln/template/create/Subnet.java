package dev.proxkiln.template.create;

import java.net.InetAddress;

/** The network of an address with its prefix length. */
record Subnet(byte[] address, int length) {

  /** Reads {@code 192.0.2.10/24} or {@code 2001:db8::10/64}, checked before. */
  static Subnet of(String text) {
    int slash = text.indexOf('/');
    return new Subnet(
        InetAddress.ofLiteral(text.substring(0, slash)).getAddress(),
        Integer.parseInt(text.substring(slash + 1)));
  }

  /** Whether an address is in it. */
  boolean contains(String other) {
    byte[] bytes = InetAddress.ofLiteral(other).getAddress();
    if (bytes.length != address.length) {
      return false;
    }
    for (int bit = 0; bit < length; bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((bytes[bit / 8] & mask) != (address[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}
