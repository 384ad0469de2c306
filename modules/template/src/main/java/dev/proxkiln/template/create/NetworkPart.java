package dev.proxkiln.template.create;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Group;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Part;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Sources;
import dev.proxkiln.template.part.Target;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;

/** The interfaces, their addresses and DNS. */
final class NetworkPart implements Part<Network> {

  /** What PVE takes: {@code net0} to {@code net31}. */
  private static final int MOST = 32;

  private final Sources sources;
  private final NicFields first = new NicFields(true, this::takesNetwork);
  private final NicFields further = new NicFields(false, answers -> true);
  private final Predicate<Answers> configured;
  private final Group group = new Group(further.fields());

  private final Field<List<SequencedMap<String, String>>> nics =
      Field.of(
          "nic",
          "Further interfaces",
          Type.listOf(group.type("NIC"), ""),
          "One more interface, as key=value,...: bridge=vmbr1,vlan=20,ipv4=none; its keys are"
              + " those of the first.");

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

  /**
   * The part.
   *
   * @param configured whether a network configuration of the user's own takes the place of
   *     addresses
   */
  NetworkPart(Sources sources, Predicate<Answers> configured) {
    this.sources = sources;
    this.configured = configured;
  }

  @Override
  public Schema.Page page() {
    List<Field<?>> fields = new ArrayList<>(first.fields());
    fields.addAll(List.of(nics, dns, searchDomains));
    return new Schema.Page("Network", fields)
        .asking("bridge", "vlan", "ipv4", "gateway", "ipv6", "nic", "dns");
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
        .given(first.bridge())
        .filter(id -> !target.facts().bridges().contains(id))
        .ifPresent(
            id ->
                target.problem(
                    Conditions.bridgeMissing(
                        target.where(first.bridge().key()), id, target.facts())));
  }

  @Override
  public Optional<Network> read(Reading reading) {
    Optional<Nic> usual = first.read(reading.answers());
    if (reading.facts().known() && usual.isEmpty()) {
      reading.problem(Conditions.bridgeMissing("--bridge", "", reading.facts()));
    }
    List<Nic> all = new ArrayList<>();
    usual.ifPresent(all::add);
    boolean addressed = reading.subject().provisioning().takesNetwork();
    for (Answers one : Groups.read(reading, nics, group)) {
      if (!addressed) {
        further.addresses().stream()
            .filter(one::given)
            .forEach(field -> reading.problem(unaddressed(reading, field)));
      }
      further.read(one).ifPresent(all::add);
    }
    checkBridges(reading, all);
    if (usual.isPresent()
        && addressed
        && !configured.test(reading.answers())
        && all.stream().noneMatch(Nic::hasAddress)) {
      reading.problem(
          CoreSlug.INVALID_VALUE.problem(
              reading.where(first.ipv6()),
              "IPv6 'none' leaves clones without any address, since --ipv4 is none too.",
              "",
              "Give --ipv4 dhcp or --ipv6 auto, or a --network-config of your own."));
    }
    if (all.size() > MOST) {
      reading.problem(
          CoreSlug.INVALID_VALUE.problem(
              reading.where(nics),
              "A guest has at most " + MOST + " interfaces.",
              "There are " + all.size() + ".",
              "Leave some out."));
    }
    return usual.map(
        nic ->
            new Network(
                all,
                reading.find(dns).orElse(List.of()),
                reading.find(searchDomains).orElse(List.of())));
  }

  private Problem unaddressed(Reading reading, Field<?> field) {
    return CoreSlug.INVALID_VALUE.problem(
        reading.where(nics) + ", " + field.key(),
        reading.subject().title() + " takes no addresses from Proxmox VE.",
        "It is set up by " + reading.subject().provisioning().word() + ".",
        "Leave " + field.key() + " out there, and say it in the system's own configuration.");
  }

  private void checkBridges(Reading reading, List<Nic> all) {
    if (reading.facts().known()) {
      all.stream()
          .skip(1)
          .map(Nic::bridge)
          .distinct()
          .filter(id -> !reading.facts().bridges().contains(id))
          .forEach(
              id ->
                  reading.problem(
                      Conditions.bridgeMissing(reading.where(nics), id, reading.facts())));
    }
  }

  @Override
  public void plan(Network network, Draft draft) {
    Set<String> bridges = new LinkedHashSet<>();
    network.nics().forEach(nic -> bridges.add(nic.bridge()));
    for (String joined : bridges) {
      if (!joined.contains(".")) {
        // A path cannot name an entry with a dot; the node then refuses for itself.
        boolean usual = joined.equals(network.nics().getFirst().bridge());
        draft.check(
            new Check.Api(
                usual ? "bridge" : "bridge-" + joined,
                PveCall.get(draft.node("/network")).with("type", "any_bridge"),
                List.of(Expect.present("[iface=" + joined + "]")),
                Conditions.bridgeMissing(usual ? "--bridge" : "--nic", joined, draft.facts())));
      }
    }
    for (int i = 0; i < network.nics().size(); i++) {
      String number = Integer.toString(i);
      Nic nic = network.nics().get(i);
      draft.set("net" + number, nic.card().print());
      // Always said: an interface without it gets no configuration at all.
      if (draft.subject().provisioning().takesNetwork()) {
        nic.addresses().ifPresent(ip -> draft.set("ipconfig" + number, ip.print()));
      }
      if (i > 0) {
        draft.expect(Expect.of("net" + number, Expect.Test.CONTAINS, "bridge=" + nic.bridge()));
      }
    }
    if (!network.dns().isEmpty()) {
      draft.set("nameserver", String.join(" ", network.dns()));
    }
    if (!network.searchDomains().isEmpty()) {
      draft.set("searchdomain", String.join(" ", network.searchDomains()));
    }
  }
}
