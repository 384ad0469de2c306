package dev.proxkiln.template.guests;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.template.existing.Copies;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code guest show}: how a guest stands, where it can be reached, and its configuration. */
public final class GuestShow implements Query {
  /** Nobody is reached at these from another machine. */
  private static final Pattern LOCAL = Pattern.compile("127\\..*|::1|fe80:.*");

  /** What is shown by other names, or for nobody to read. */
  private static final Set<String> LEFT_OUT =
      Set.of("name", "hostname", "description", "tags", "digest", "cipassword", "sshkeys");

  @Override
  public String name() {
    return "guest show";
  }

  @Override
  public String summary() {
    return "Show one guest: its template, its addresses, how to open it, and its configuration.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of(Guests.GUEST);
  }

  @Override
  public boolean needsTarget() {
    return true;
  }

  /**
   * Asks the node for the configuration, and a running guest for its addresses.
   *
   * @throws ProblemException {@code guest-missing}
   */
  @Override
  public Result answer(Answers answers, Facts facts, PvePort pve) {
    GuestFacts guest = Guests.find(facts, answers.get(Guests.GUEST));
    String path = guest.path();
    Object config = pve.send(ResolvedCall.get(path + "/config")).value();
    Map<String, Object> tree = Guests.tree(guest, facts);
    Copies.templateOf(guest, facts)
        .ifPresent(template -> tree.put("clone-of", template.name() + ", " + template.vmid()));
    if (guest.running()) {
      reached(guest, config, pve, path, tree);
    }
    Map<String, Object> ways = ways(guest, config, facts);
    if (!ways.isEmpty()) {
      tree.put("open", ways);
    }
    Map<String, Object> rest = new LinkedHashMap<>();
    Tree.map(config, "")
        .forEach(
            (key, value) -> {
              if (!LEFT_OUT.contains(key)) {
                rest.put(key, Tree.text(value));
              }
            });
    tree.put("config", rest);
    String notes = Tree.text(config, "description");
    if (!notes.isBlank()) {
      tree.put("notes", notes);
    }
    return new One(tree);
  }

  private static void reached(
      GuestFacts guest,
      @Nullable Object config,
      PvePort pve,
      String path,
      Map<String, Object> tree) {
    boolean container = guest.type().equals("lxc");
    if (!container && !Tree.text(config, "agent").matches("(?:enabled=)?1.*")) {
      tree.put("agent", "not enabled: the guest cannot be asked for its addresses");
      return;
    }
    try {
      Object told =
          pve.send(
                  ResolvedCall.get(
                      path + (container ? "/interfaces" : "/agent/network-get-interfaces")))
              .value();
      tree.put("addresses", container ? containerAddresses(told) : vmAddresses(told));
    } catch (ProblemException e) {
      tree.put("agent", "does not answer");
    }
  }

  private static List<String> vmAddresses(@Nullable Object told) {
    return Tree.list(told, "result").stream()
        .flatMap(one -> Tree.list(one, "ip-addresses").stream())
        .map(address -> Tree.text(address, "ip-address"))
        .filter(address -> !address.isEmpty() && !LOCAL.matcher(address).matches())
        .toList();
  }

  private static List<String> containerAddresses(@Nullable Object told) {
    return Tree.list(told, "").stream()
        .flatMap(one -> Stream.of(Tree.text(one, "inet"), Tree.text(one, "inet6")))
        .map(address -> address.replaceFirst("/\\d+$", ""))
        .filter(address -> !address.isEmpty() && !LOCAL.matcher(address).matches())
        .toList();
  }

  /** How one gets in, in PVE's own ways, which the sandbox has not. */
  private static Map<String, Object> ways(GuestFacts guest, @Nullable Object config, Facts facts) {
    Map<String, Object> ways = new LinkedHashMap<>();
    if (facts.target() == TargetKind.SANDBOX) {
      return ways;
    }
    boolean container = guest.type().equals("lxc");
    boolean here = facts.target() == TargetKind.LOCAL && guest.node().equals(facts.reached());
    String there = here ? "" : ", on node " + guest.node();
    String tool = container ? "pct" : "qm";
    if (!guest.running()) {
      ways.put("start", tool + " start " + guest.vmid() + there);
    }
    if (container) {
      ways.put("console", "pct enter " + guest.vmid() + there);
    } else if (hasSerial(config)) {
      ways.put("console", "qm terminal " + guest.vmid() + there);
    }
    ways.put(
        "web", "https://" + guest.node() + ":8006/#v1:0:=" + guest.type() + "%2F" + guest.vmid());
    return ways;
  }

  private static boolean hasSerial(@Nullable Object config) {
    return Tree.map(config, "").keySet().stream().anyMatch(key -> key.matches("serial\\d"));
  }
}
