package dev.proxkiln.template.create;

import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Type;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings of one network interface: flags of their own for the first, and the keys of a group
 * for each further one.
 */
final class NicFields {

  private static final Pattern RANGE = Pattern.compile("(\\d{1,4})(?:-(\\d{1,4}))?");

  private final Field<String> bridge;
  private final Field<String> model;
  private final Field<String> mac;
  private final Field<Long> vlan;
  private final Field<List<String>> trunks;
  private final Field<Long> mtu;
  private final Field<BigDecimal> rate;
  private final Field<Long> queues;
  private final Field<Boolean> firewall;
  private final Field<Boolean> linkDown;
  private final Field<String> ipv4;
  private final Field<String> gateway;
  private final Field<String> ipv6;
  private final Field<String> gateway6;

  /**
   * The settings.
   *
   * @param first whether they are those of the first interface
   * @param addressed whether the guest takes addresses from PVE
   */
  NicFields(boolean first, Predicate<Answers> addressed) {
    String which = first ? "the first interface" : "the interface";
    String prefix = first ? "nic-" : "";
    bridge =
        Field.of(
                "bridge",
                "Bridge",
                Type.text("BRIDGE", "[a-zA-Z][a-zA-Z0-9_.-]{0,19}", "Give a bridge, like vmbr0."),
                "Bridge or virtual network that " + which + " joins.")
            .byDefault((facts, answers) -> facts.bridges().stream().findFirst())
            .choosing(facts -> facts.bridges().stream().map(b -> new Field.Choice(b, "")).toList());
    model =
        Field.of(
                prefix + "model",
                "Card",
                Type.word("MODEL", "virtio", "e1000", "e1000e", "rtl8139", "vmxnet3"),
                "Card that clones see at " + which + ".")
            .byDefault("virtio");
    mac =
        Field.of(
            "mac",
            "MAC address",
            Type.text(
                "MAC",
                "[A-Fa-f0-9][02468ACEace](?::[A-Fa-f0-9]{2}){5}",
                "Give a unicast address, like BC:24:11:00:00:01."),
            "MAC address of " + which + " of the template; clones always get others.");
    vlan = Field.of("vlan", "VLAN", Type.integer(1, 4094), "VLAN tag of " + which + ".");
    trunks =
        Field.of(
                "trunks",
                "VLAN trunks",
                Type.listOf(range(), "; "),
                "VLANs that " + which + " passes through to the guest, like 10;20-30.")
            .ruled((value, facts, answers) -> badTrunks(value));
    mtu =
        Field.of(
                "mtu",
                "MTU",
                Type.integer(1, 65520),
                "Largest packet of " + which + " in bytes; 1 takes the bridge's.")
            .ruled((value, facts, answers) -> badMtu(value, answers));
    rate =
        Field.of(
            "rate-limit",
            "Rate limit",
            Type.decimal("0.001", "100000", 3),
            "Most that " + which + " carries, in megabytes a second.");
    queues =
        Field.of(
                prefix + "queues",
                "Queues",
                Type.integer(1, 64),
                "Packet queues of " + which + "; as many as the guest has cores is usual.")
            .ruled(
                (value, facts, answers) ->
                    isVirtio(answers)
                        ? Optional.empty()
                        : Optional.of(
                            new BadValue("needs a virtio card", "Leave it out, or take virtio.")));
    firewall =
        Field.of(
                "firewall",
                "Firewall",
                Type.flag(),
                "Whether the node's firewall looks at " + which + ".")
            .byDefault(false);
    linkDown =
        Field.of("link-down", "Link down", Type.flag(), "Whether " + which + " is unplugged.")
            .byDefault(false);
    ipv4 =
        Field.of(
                "ipv4",
                "IPv4",
                Type.network(4, "dhcp", "none"),
                first
                    ? "IPv4 of clones: dhcp, none, or an address with its prefix length."
                    : "IPv4 of clones there: dhcp, none, or an address with its prefix length.")
            .byDefault("dhcp")
            .ruled((value, facts, answers) -> shortPrefix(value))
            .onlyWhen(addressed);
    gateway =
        gateway("gateway", "IPv4 gateway", ipv4, 4).onlyWhen(answers -> isStatic(answers, ipv4));
    ipv6 =
        Field.of(
                "ipv6",
                "IPv6",
                Type.network(6, "auto", "dhcp", "none"),
                "IPv6 of clones: auto (SLAAC), dhcp, none, or an address with its prefix length.")
            .byDefault("none")
            .ruled((value, facts, answers) -> shortPrefix(value))
            .onlyWhen(addressed);
    gateway6 =
        gateway("gateway6", "IPv6 gateway", ipv6, 6).onlyWhen(answers -> isStatic(answers, ipv6));
  }

  List<Field<?>> fields() {
    return List.of(
        bridge, model, mac, vlan, trunks, mtu, rate, queues, firewall, linkDown, ipv4, gateway,
        ipv6, gateway6);
  }

  /** Those that say which addresses there are. */
  List<Field<?>> addresses() {
    return List.of(ipv4, gateway, ipv6, gateway6);
  }

  Field<String> bridge() {
    return bridge;
  }

  Field<String> ipv6() {
    return ipv6;
  }

  /** The interface; empty where the target has no bridge. */
  Optional<Nic> read(Answers answers) {
    return answers
        .find(bridge)
        .map(
            joined ->
                new Nic(
                    joined,
                    answers.get(model),
                    answers.find(mac).map(text -> text.toUpperCase(Locale.ROOT)),
                    answers.find(vlan),
                    answers
                        .find(trunks)
                        .filter(ranges -> !ranges.isEmpty())
                        .map(ranges -> String.join(";", ranges)),
                    answers.find(mtu),
                    answers.find(rate),
                    answers.find(queues),
                    answers.get(firewall),
                    answers.get(linkDown),
                    answers.find(ipv4).orElse("none"),
                    answers.find(gateway),
                    answers.find(ipv6).orElse("none"),
                    answers.find(gateway6)));
  }

  /** One VLAN, which YAML takes for a number, or a range of them. */
  private static Type<String> range() {
    Type<String> text =
        Type.text("VLANS", RANGE.pattern(), "Write VLANs and ranges with semicolons: 10;20-30.");
    return new Type<>(
        text.name(),
        text.parse(),
        text.print(),
        Map.of("type", List.of("string", "integer"), "pattern", "^(?:" + RANGE.pattern() + ")$"),
        text.words(),
        text.many());
  }

  private boolean isVirtio(Answers answers) {
    return answers.find(model).map("virtio"::equals).orElse(true);
  }

  private Optional<BadValue> badMtu(long value, Answers answers) {
    if (value > 1 && value < 576) {
      return Optional.of(
          new BadValue(
              "is smaller than any network allows",
              "Give 576 to 65520, or 1 for the bridge's own."));
    }
    return isVirtio(answers)
        ? Optional.empty()
        : Optional.of(new BadValue("needs a virtio card", "Leave it out, or take virtio."));
  }

  private static Optional<BadValue> badTrunks(List<String> ranges) {
    for (String part : ranges) {
      Matcher range = RANGE.matcher(part);
      if (!range.matches()) {
        continue;
      }
      int from = Integer.parseInt(range.group(1));
      int to = range.group(2) == null ? from : Integer.parseInt(range.group(2));
      if (from < 1 || to > 4094 || from > to) {
        return Optional.of(
            new BadValue(
                "holds '" + part + "', which is no VLAN or range of VLANs",
                "VLANs are 1 to 4094, the smaller first."));
      }
    }
    return Optional.empty();
  }

  /** PVE takes prefixes from 8 on (pve-common: PVE/JSONSchema.pm, CIDR formats). */
  private static Optional<BadValue> shortPrefix(String value) {
    return value.contains("/") && Subnet.of(value).length() < 8
        ? Optional.of(
            new BadValue(
                "has a prefix length that Proxmox VE does not take", "Give 8 or more, like /24."))
        : Optional.empty();
  }

  private static boolean isStatic(Answers answers, Field<String> address) {
    return answers.find(address).map(value -> value.contains("/")).orElse(false);
  }

  private static Field<String> gateway(
      String key, String label, Field<String> address, int family) {
    return Field.of(
            key,
            label,
            Type.address(family),
            "Gateway for a static " + (family == 4 ? "IPv4" : "IPv6") + " address.")
        .ruled(
            (value, facts, answers) ->
                answers
                    .find(address)
                    .filter(own -> !Subnet.of(own).contains(value))
                    .filter(own -> !value.startsWith("fe80:"))
                    .map(
                        own ->
                            new BadValue(
                                "is not in the network of '" + own + "'",
                                "Give a gateway that the guest can reach directly.")));
  }
}
