package dev.proxkiln.pve.model;

import dev.proxkiln.pve.model.Options.Writer;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A network card of a VM, {@code net0} ... {@code net31}.
 *
 * @param model for example {@code virtio}
 * @param mac unicast MAC address in upper case; without one the node makes one
 * @param bridge bridge or vnet; without one the card is NATed by QEMU
 * @param tag VLAN, 1 to 4094
 * @param mtu 1 to 65520, where 1 means the bridge's own
 * @param firewall whether the guest's firewall rules apply to it
 * @param rate limit in MB/s
 * @param trunks VLANs passed through, {@code 10;20-30}
 * @param queues packet queues, 0 to 64
 * @param linkDown whether the cable is pulled
 * @param more all other options, in order
 */
public record Net(
    String model,
    Optional<String> mac,
    Optional<String> bridge,
    OptionalInt tag,
    OptionalInt mtu,
    boolean firewall,
    Optional<BigDecimal> rate,
    Optional<String> trunks,
    OptionalInt queues,
    boolean linkDown,
    SequencedMap<String, String> more) {

  /** The models that PVE knows. */
  public static final Set<String> MODELS =
      Set.of(
          "e1000",
          "e1000-82540em",
          "e1000-82544gc",
          "e1000-82545em",
          "e1000e",
          "i82551",
          "i82557b",
          "i82559er",
          "ne2k_isa",
          "ne2k_pci",
          "pcnet",
          "rtl8139",
          "virtio",
          "vmxnet3");

  private static final Pattern TRUNKS = Pattern.compile("\\d+(?:-\\d+)?(?:;\\d+(?:-\\d+)?)*");

  public Net {
    if (!MODELS.contains(model)) {
      throw new IllegalArgumentException("'" + model + "' is not a model of network card");
    }
    mac = mac.map(m -> Grammar.check(Grammar.MAC, m, "unicast MAC address"));
    mac = mac.map(m -> m.toUpperCase(Locale.ROOT));
    bridge.ifPresent(b -> Grammar.check(Grammar.BRIDGE, b, "bridge"));
    tag.ifPresent(t -> Grammar.number(Integer.toString(t), 1, 4094, "VLAN"));
    mtu.ifPresent(m -> Grammar.number(Integer.toString(m), 1, 65520, "MTU"));
    queues.ifPresent(q -> Grammar.number(Integer.toString(q), 0, 64, "number of queues"));
    trunks.ifPresent(t -> Grammar.check(TRUNKS, t, "list of VLANs"));
    rate.filter(r -> r.signum() < 0)
        .ifPresent(
            r -> {
              throw new IllegalArgumentException("a rate cannot be " + r);
            });
    rate = rate.map(BigDecimal::stripTrailingZeros);
    more = Options.keep(more);
  }

  /** A virtio card on a bridge. */
  public static Net virtio(String bridge) {
    return new Net(
        "virtio",
        Optional.empty(),
        Optional.of(bridge),
        OptionalInt.empty(),
        OptionalInt.empty(),
        false,
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        false,
        Options.keep(Map.of()));
  }

  public Net withTag(OptionalInt vlan) {
    return new Net(model, mac, bridge, vlan, mtu, firewall, rate, trunks, queues, linkDown, more);
  }

  public Net withMtu(OptionalInt bytes) {
    return new Net(model, mac, bridge, tag, bytes, firewall, rate, trunks, queues, linkDown, more);
  }

  public Net withFirewall(boolean on) {
    return new Net(model, mac, bridge, tag, mtu, on, rate, trunks, queues, linkDown, more);
  }

  public Net withMac(String address) {
    return new Net(
        model,
        Optional.of(address),
        bridge,
        tag,
        mtu,
        firewall,
        rate,
        trunks,
        queues,
        linkDown,
        more);
  }

  /** Reads a card as the node writes it: {@code virtio=MAC,bridge=...}. */
  public static Net parse(String text) {
    Options options = Options.parse(text, "model");
    Optional<String> model = options.take("model");
    Optional<String> mac = options.take("macaddr");
    if (model.isEmpty()) {
      for (String key : options.keys()) {
        if (MODELS.contains(key)) {
          model = Optional.of(key);
          mac = options.take(key);
          break;
        }
      }
    }
    return new Net(
        model.orElseThrow(() -> new IllegalArgumentException("'" + text + "' names no model")),
        mac,
        options.take("bridge"),
        number(options, "tag"),
        number(options, "mtu"),
        options.flag("firewall"),
        options.take("rate").map(BigDecimal::new),
        options.take("trunks"),
        number(options, "queues"),
        options.flag("link_down"),
        options.rest());
  }

  private static OptionalInt number(Options options, String key) {
    Optional<String> text = options.take(key);
    return text.isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of((int) Grammar.number(text.get(), 0, 65535, key));
  }

  /** The property string. */
  public String print() {
    Writer out = new Writer();
    if (mac.isPresent()) {
      out.with(model, mac.get());
    } else {
      out.bare(model);
    }
    out.with("bridge", bridge).flag("firewall", firewall).flag("link_down", linkDown);
    mtu.ifPresent(m -> out.with("mtu", Integer.toString(m)));
    queues.ifPresent(q -> out.with("queues", Integer.toString(q)));
    rate.ifPresent(r -> out.with("rate", r.toPlainString()));
    tag.ifPresent(t -> out.with("tag", Integer.toString(t)));
    return out.with("trunks", trunks).all(more).toString();
  }
}
