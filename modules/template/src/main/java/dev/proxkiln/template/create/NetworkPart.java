package dev.proxkiln.template.create;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.pve.model.IpConfig;
import dev.proxkiln.pve.model.Net;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Part;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Sources;
import dev.proxkiln.template.part.Target;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The interfaces, their addresses and DNS. */
final class NetworkPart implements Part<Network> {

  private final Sources sources;

  private final Field<String> bridge =
      Field.of(
              "bridge",
              "Bridge",
              Type.text("BRIDGE", "[a-zA-Z][a-zA-Z0-9_.-]{0,19}", "Give a bridge, like vmbr0."),
              "Bridge or virtual network that the first interface joins.")
          .byDefault((facts, answers) -> facts.bridges().stream().findFirst())
          .choosing(facts -> facts.bridges().stream().map(b -> new Field.Choice(b, "")).toList());

  private final Field<Long> vlan =
      Field.of("vlan", "VLAN", Type.integer(1, 4094), "VLAN tag of the first interface.");

  private final Field<Long> mtu =
      Field.of(
              "mtu",
              "MTU",
              Type.integer(1, 65520),
              "Largest packet of the first interface in bytes; 1 takes the bridge's.")
          .ruled(
              (value, facts, answers) ->
                  value > 1 && value < 576
                      ? Optional.of(
                          new BadValue(
                              "is smaller than any network allows",
                              "Give 576 to 65520, or 1 for the bridge's own."))
                      : Optional.empty());

  private final Field<Boolean> firewall =
      Field.of(
              "firewall",
              "Firewall",
              Type.flag(),
              "Whether the node's firewall looks at the first interface.")
          .byDefault(false);

  private final Field<String> ipv4 =
      Field.of(
              "ipv4",
              "IPv4",
              Type.network(4, "dhcp", "none"),
              "IPv4 of clones: dhcp, none, or an address with its prefix length.")
          .byDefault("dhcp")
          .ruled((value, facts, answers) -> shortPrefix(value))
          .onlyWhen(this::takesNetwork);

  private final Field<String> gateway =
      gateway("gateway", "IPv4 gateway", ipv4, 4).onlyWhen(answers -> isStatic(answers, ipv4));

  private final Field<String> ipv6 =
      Field.of(
              "ipv6",
              "IPv6",
              Type.network(6, "auto", "dhcp", "none"),
              "IPv6 of clones: auto (SLAAC), dhcp, none, or an address with its prefix length.")
          .byDefault("none")
          .ruled(
              (value, facts, answers) ->
                  value.equals("none") && answers.find(ipv4).orElse("dhcp").equals("none")
                      ? Optional.of(
                          new BadValue(
                              "leaves clones without any address, since --ipv4 is none too",
                              "Give --ipv4 dhcp or --ipv6 auto."))
                      : shortPrefix(value))
          .onlyWhen(this::takesNetwork);

  private final Field<String> gateway6 =
      gateway("gateway6", "IPv6 gateway", ipv6, 6).onlyWhen(answers -> isStatic(answers, ipv6));

  private final Field<List<String>> dns =
      Field.of(
              "dns",
              "DNS servers",
              Type.listOf(Type.address(0), ",; "),
              "DNS servers of clones; left out, those of the node.")
          .onlyWhen(this::takesNetwork);

  private final Field<List<String>> searchDomains =
      Field.of(
              "search-domain",
              "Search domains",
              Type.listOf(Type.dnsName(), ",; "),
              "DNS search domains of clones; left out, that of the node.")
          .onlyWhen(this::takesNetwork);

  NetworkPart(Sources sources) {
    this.sources = sources;
  }

  @Override
  public Schema.Page page() {
    return new Schema.Page(
        "Network",
        List.of(bridge, vlan, mtu, firewall, ipv4, gateway, ipv6, gateway6, dns, searchDomains));
  }

  private boolean takesNetwork(Answers answers) {
    return sources.subject(answers).map(s -> s.provisioning().takesNetwork()).orElse(true);
  }

  @Override
  public void check(Target target) {
    if (!target.facts().known()) {
      return;
    }
    target
        .given(bridge)
        .filter(id -> !target.facts().bridges().contains(id))
        .ifPresent(
            id ->
                target.problem(
                    Conditions.bridgeMissing(target.where(bridge.key()), id, target.facts())));
  }

  @Override
  public Optional<Network> read(Reading reading) {
    Optional<String> joined = reading.find(bridge);
    if (reading.facts().known() && joined.isEmpty()) {
      reading.problem(Conditions.bridgeMissing("--bridge", "", reading.facts()));
    }
    return joined.map(
        id ->
            new Network(
                id,
                reading.find(vlan),
                reading.find(mtu),
                reading.get(firewall),
                reading.find(ipv4).orElse("none"),
                reading.find(gateway),
                reading.find(ipv6).orElse("none"),
                reading.find(gateway6),
                reading.find(dns).orElse(List.of()),
                reading.find(searchDomains).orElse(List.of())));
  }

  @Override
  public void plan(Network network, Draft draft) {
    String joined = network.bridge();
    if (!joined.contains(".")) {
      // A path cannot name an entry with a dot; the node then refuses for itself.
      draft.check(
          new Check.Api(
              "bridge",
              PveCall.get(draft.node("/network")).with("type", "any_bridge"),
              List.of(Expect.present("[iface=" + joined + "]")),
              Conditions.bridgeMissing("--bridge", joined, draft.facts())));
    }
    draft.set(
        "net0",
        Net.virtio(joined)
            .withTag(number(network.vlan()))
            .withMtu(number(network.mtu()))
            .withFirewall(network.firewall())
            .print());
    // Always said: an interface without it gets no configuration at all.
    Optional<String> four = Optional.of(network.ipv4()).filter(ip -> !ip.equals("none"));
    Optional<String> six = Optional.of(network.ipv6()).filter(ip -> !ip.equals("none"));
    if (four.isPresent() || six.isPresent()) {
      draft.set(
          "ipconfig0", new IpConfig(four, network.gateway(), six, network.gateway6()).print());
    }
    if (!network.dns().isEmpty()) {
      draft.set("nameserver", String.join(" ", network.dns()));
    }
    if (!network.searchDomains().isEmpty()) {
      draft.set("searchdomain", String.join(" ", network.searchDomains()));
    }
  }

  private static OptionalInt number(Optional<Long> value) {
    return value.map(v -> OptionalInt.of(Math.toIntExact(v))).orElse(OptionalInt.empty());
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
