package dev.proxkiln.template.copies;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.pve.problem.PveSlug;
import dev.proxkiln.template.existing.Copies;
import dev.proxkiln.template.existing.Templates;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which of a template and its copies work on a node starts from: the one on that node; else one on
 * shared storage, whose clone is made on that node; else the next that answers, on its own node.
 *
 * @param template what is cloned
 * @param config its configuration
 * @param node where its clone is made
 * @param why it is that one, for people
 */
public record Nearest(GuestFacts template, Map<String, Object> config, String node, String why) {
  private static final List<Query.Column> COLUMNS =
      List.of(
          new Query.Column("TEMPLATE", "template"),
          new Query.Column("VMID", "vmid"),
          new Query.Column("NODE", "node"),
          new Query.Column("CLONE ON", "clone-on"),
          new Query.Column("WHY", "why"));

  public Nearest {
    config = Map.copyOf(config);
  }

  /**
   * Looks for it.
   *
   * @param word VM ID or name of the template
   * @param where for problems
   * @throws ProblemException {@code template-unknown}, {@code not-a-template}, and what the nodes
   *     say
   */
  public static Nearest of(Facts facts, PvePort pve, String word, String where) {
    GuestFacts near = Copies.near(facts, word, where);
    if (near.node().equals(facts.node())) {
      return new Nearest(
          near,
          Templates.config(pve, near),
          near.node(),
          (Copies.isCopy(near) ? "this copy is" : "it is") + " on the node that the work is for");
    }
    List<GuestFacts> all = new ArrayList<>(List.of(near));
    all.addAll(Copies.of(near, facts));
    List<String> silent = new ArrayList<>();
    for (GuestFacts template : all) {
      try {
        return of(facts, pve, template, silent);
      } catch (ProblemException e) {
        if (!e.first().slug().equals(PveSlug.NODE_UNREACHABLE.text())
            || template.equals(all.getLast())) {
          throw e;
        }
        silent.add(template.node());
      }
    }
    throw new IllegalStateException("there is one at least");
  }

  private static Nearest of(Facts facts, PvePort pve, GuestFacts template, List<String> silent) {
    Map<String, Object> config = Templates.config(pve, template);
    Volumes volumes = Volumes.of(config);
    boolean everywhere =
        facts.bridges().containsAll(volumes.bridges())
            && new Destination(Original.of(template, volumes), facts.node(), Optional.empty(), pve)
                .hasAll();
    return everywhere
        ? new Nearest(
            template,
            config,
            facts.node(),
            "its disks are on shared storage, so the clone is made on node " + facts.node())
        : new Nearest(
            template,
            config,
            template.node(),
            "node "
                + facts.node()
                + " has no copy of it"
                + (silent.isEmpty()
                    ? ""
                    : ", and node " + String.join(", ", silent) + " does not answer"));
  }

  /** The choice as a table; empty where the node is the only one. */
  public Optional<Query.Rows> told(Facts facts) {
    if (facts.nodes().size() < 2) {
      return Optional.empty();
    }
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("template", template.name());
    row.put("vmid", template.vmid());
    row.put("node", template.node());
    row.put("clone-on", node);
    row.put("why", why);
    return Optional.of(new Query.Rows(COLUMNS, List.of(row)));
  }
}
