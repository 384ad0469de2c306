package dev.proxkiln.template.copies;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.module.Surroundings;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.pve.problem.PveSlug;
import dev.proxkiln.template.existing.Copies;
import dev.proxkiln.template.existing.Templates;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code template publish}: the same template on other nodes of the cluster, a plan for each node;
 * a copy of this version that is there already is left alone.
 */
public final class TemplatePublish implements Survey {
  static final String NAME = "template publish";

  private static final String ALL = "all";

  private static final Field<List<String>> NODES =
      Field.of(
              "nodes",
              "Nodes",
              Type.listOf(
                  Type.text(
                      "NODE",
                      "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?",
                      "Give names of nodes with commas between them, or all."),
                  ",; "),
              "The nodes that get a copy; all means every other node of the cluster.")
          .byDefault(List.of(ALL));

  private static final Field<String> STORAGE =
      Field.of(
          "storage",
          "Storage",
          Type.text(
              "STORAGE",
              "[a-zA-Z][a-zA-Z0-9._-]*[a-zA-Z0-9]",
              "Give the ID of a storage of the other nodes."),
          "Storage for local disks on the other nodes; left out, those of the same names.");

  private static final List<Query.Column> COLUMNS =
      List.of(
          new Query.Column("NODE", "node"),
          new Query.Column("STATE", "state"),
          new Query.Column("VMID", "vmid"),
          new Query.Column("WHY", "why"));

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "Put copies of a template on other nodes of the cluster, where its disks are local.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of(Templates.TEMPLATE, NODES, STORAGE);
  }

  /**
   * Looks at the nodes that were asked for.
   *
   * @throws ProblemException {@code template-unknown}, {@code not-a-template}, {@code
   *     not-made-by-proxkiln}, {@code node-missing}
   */
  @Override
  public Found look(Values values, Facts facts, Surroundings around) {
    Answers answers = schema(facts).read(values, facts).orRaise();
    String where = Templates.where(values);
    GuestFacts found = Templates.find(facts, answers.get(Templates.TEMPLATE), where);
    GuestFacts template = Copies.original(found, facts).orElse(found);
    if (Copies.isCopy(template) || !Copies.canBeKnown(template)) {
      throw notOurs(template, where).raise();
    }
    List<String> nodes = nodes(answers.get(NODES), template, facts);
    Look look = new Look(new Publishing(facts, around.pve(), around.commands()), template);
    nodes.forEach(node -> look.at(node, answers.find(STORAGE)));
    return new Found(
        Optional.of(new Query.Rows(COLUMNS, look.rows, look.notes())), look.jobs, look.problems);
  }

  private static List<String> nodes(List<String> wanted, GuestFacts template, Facts facts) {
    List<String> others =
        facts.nodes().stream().filter(node -> !node.equals(template.node())).toList();
    if (wanted.equals(List.of(ALL))) {
      if (others.isEmpty()) {
        throw PveSlug.NODE_MISSING
            .problem(
                "--nodes",
                "Node '" + template.node() + "' has no other nodes beside it.",
                "It is not in a cluster.",
                "There is nothing to publish to.")
            .raise();
      }
      return others;
    }
    List<String> named = wanted.stream().distinct().toList();
    List<Problem> problems =
        named.stream()
            .filter(node -> !facts.nodes().contains(node))
            .map(
                node ->
                    PveSlug.NODE_MISSING.problem(
                        "--nodes",
                        "There is no node '" + node + "'.",
                        "The cluster has: " + String.join(", ", facts.nodes()) + ".",
                        "Give some of them, or all."))
            .toList();
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
    return named;
  }

  private static Problem notOurs(GuestFacts template, String where) {
    return TemplateSlug.NOT_MADE_BY_PROXKILN.problem(
        where,
        Copies.isCopy(template)
            ? "Template '" + template.vmid() + "' is a copy, and its original is gone."
            : "Template '" + template.vmid() + "' has no mark of the run that made it.",
        "A copy is known by that mark, a tag that begins with 'run-'.",
        "Make the template with proxkiln, and publish that.");
  }

  /** One look at all nodes. */
  private static final class Look {
    private final Publishing publishing;
    private final GuestFacts template;
    private final List<Object> rows = new ArrayList<>();
    private final List<Job> jobs = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private boolean shared;

    Look(Publishing publishing, GuestFacts template) {
      this.publishing = publishing;
      this.template = template;
    }

    void at(String node, Optional<String> storage) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("template", template.name());
      row.put("node", node);
      rows.add(row);
      try {
        Publishing.Finding found = publishing.look(template, node, storage);
        row.put("state", found.state().text());
        found.here().ifPresent(guest -> row.put("vmid", guest.vmid()));
        row.put("why", found.why());
        found.plan().ifPresent(plan -> jobs.add(new Job(node, List.of(plan))));
        shared |= found.state() == Publishing.State.SHARED;
      } catch (ProblemException e) {
        row.put("state", "not possible");
        row.put("why", e.first().what());
        problems.addAll(e.problems());
      }
    }

    List<String> notes() {
      return shared
          ? List.of(
              "On shared storage one template serves all nodes: clone it to a node with qm clone"
                  + " --target.")
          : List.of();
    }
  }
}
