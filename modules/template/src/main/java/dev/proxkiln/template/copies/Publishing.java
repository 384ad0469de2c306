package dev.proxkiln.template.copies;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.pve.model.VolumeId;
import dev.proxkiln.template.existing.Copies;
import dev.proxkiln.template.existing.Templates;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Looks what has to be done for a copy of a template on a node.
 *
 * <p>Every method may throw what the node says, and {@code node-unsuitable} and {@code
 * storage-too-small} where a copy cannot be.
 */
public final class Publishing {
  private final Facts facts;
  private final PvePort pve;
  private final Commands commands;

  /**
   * Looks through a session.
   *
   * @param commands programs on this machine that read
   */
  public Publishing(Facts facts, PvePort pve, Commands commands) {
    this.facts = facts;
    this.pve = pve;
    this.commands = commands;
  }

  /** How a node stands. */
  public enum State {
    /** The template itself is there. */
    ORIGINAL("original"),
    /** A copy is there. */
    THERE("there"),
    /** It has the template's disks too. */
    SHARED("shared"),
    /** There is something to do. */
    DUE("due");

    private final String text;

    State(String text) {
      this.text = text;
    }

    /** For people. */
    public String text() {
      return text;
    }
  }

  /**
   * What a look at one node found.
   *
   * @param here the template or its copy that is there
   * @param why for people; may be empty
   * @param plan what to do, where there is something
   */
  public record Finding(State state, Optional<GuestFacts> here, String why, Optional<Plan> plan) {
    private static Finding nothing(State state, Optional<GuestFacts> here, String why) {
      return new Finding(state, here, why, Optional.empty());
    }
  }

  private Volumes volumes(GuestFacts guest) {
    return Volumes.of(Templates.config(pve, guest));
  }

  /**
   * Looks at a node.
   *
   * @param storage where local disks go there; empty for storages of the same name
   */
  public Finding look(GuestFacts template, String node, Optional<String> storage) {
    if (node.equals(template.node())) {
      return Finding.nothing(State.ORIGINAL, Optional.of(template), "");
    }
    Optional<GuestFacts> known =
        Copies.of(template, facts).stream().filter(g -> g.node().equals(node)).findFirst();
    if (known.filter(copy -> copy.name().equals(template.name())).isPresent()) {
      return Finding.nothing(State.THERE, known, "");
    }
    Original original = Original.of(template, volumes(template));
    Destination to = new Destination(original, node, storage, pve);
    if (known.isEmpty() && to.sharesDisks()) {
      return Finding.nothing(
          State.SHARED, known, "its disks are on shared storage, which the node has");
    }
    List<Cargo> cargo = List.of();
    if (known.isEmpty()) {
      to.check();
      cargo = to.cargo(Snippets.of(template.node(), facts, commands));
    }
    Optional<GuestFacts> stale = named(template.name(), node);
    String why =
        stale
            .map(old -> "the copy there, " + old.vmid() + ", is of another version")
            .orElse(known.isPresent() ? "the copy there has another name" : "there is no copy");
    return new Finding(
        State.DUE,
        known,
        why,
        Optional.of(PublishPlan.of(original, to, cargo, known, stale, facts)));
  }

  /** A copy on a node that has a name. */
  private Optional<GuestFacts> named(String name, String node) {
    return facts.guests().stream()
        .filter(g -> g.template() && Copies.isCopy(g))
        .filter(g -> g.node().equals(node) && g.name().equals(name))
        .findFirst();
  }

  /**
   * The plan for a template that will have a name when the plan runs, in the place of one that has
   * it now; its copy goes where the other's copy is.
   *
   * @param cargo its snippets on local storage
   */
  public Plan successor(GuestFacts now, String madeOn, String node, List<Cargo> cargo) {
    Original original = new Original(now.name(), madeOn, OptionalLong.empty(), volumes(now));
    Destination to = new Destination(original, node, keptOn(now, node), pve);
    to.check();
    if (!cargo.isEmpty() && Snippets.of(madeOn, facts, commands).isEmpty()) {
      throw to.unsuitable(
              "The cloud-init snippet of the new version cannot be put on node '" + node + "'.",
              "It is on local storage, and the API puts none on another node.",
              "Run proxkiln on node '"
                  + madeOn
                  + "' itself, or have a shared storage for snippets.")
          .raise();
    }
    return PublishPlan.of(original, to, cargo, Optional.empty(), named(now.name(), node), facts);
  }

  /** The storage that the copy on a node has its disks on, where that is another than here. */
  public Optional<String> keptOn(GuestFacts template, String node) {
    return facts.guests().stream()
        .filter(g -> g.template() && Copies.isCopy(g) && g.node().equals(node))
        .filter(g -> g.name().equals(template.name()) || Copies.isCopyOf(g, template))
        .findFirst()
        .map(this::storages)
        .filter(ids -> ids.size() == 1 && !ids.equals(storages(template)))
        .map(TreeSet::first);
  }

  private TreeSet<String> storages(GuestFacts guest) {
    return volumes(guest).disks().values().stream()
        .map(VolumeId::storage)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The nodes that have a copy of one of some templates, whatever its name is. */
  public List<String> nodes(String tag) {
    return facts.guests().stream()
        .filter(g -> g.template() && Copies.isCopy(g) && g.tags().contains(tag))
        .map(GuestFacts::node)
        .distinct()
        .sorted()
        .toList();
  }
}
