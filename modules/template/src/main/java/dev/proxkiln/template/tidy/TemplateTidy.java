package dev.proxkiln.template.tidy;

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
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.pve.problem.PveSlug;
import dev.proxkiln.template.existing.Copies;
import dev.proxkiln.template.existing.Removal;
import dev.proxkiln.template.existing.Templates;
import dev.proxkiln.template.problem.TemplateSlug;
import dev.proxkiln.template.rotation.Dependents;
import dev.proxkiln.template.rotation.PrunePlan;
import dev.proxkiln.template.rotation.Pruning;
import dev.proxkiln.template.rotation.Series;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * {@code template tidy}: removes the cloud-init snippets of proxkiln that no guest of the cluster
 * names any more, neither in its configuration nor in one of its snapshots. A clone names the
 * snippet of its template, and does not start without it, so nothing is taken away with a template.
 * When asked to, it also removes old versions, and copies whose original is gone.
 */
public final class TemplateTidy implements Survey {
  private static final String NAME = "template tidy";

  private static final Field<Long> KEEP =
      Field.of(
          "keep",
          "Keep",
          Type.integer(1, 100),
          "Delete older versions of every template, too, and keep as many; what has clones stays.");

  private static final Field<Boolean> ORPHANS =
      Field.of(
              "orphans",
              "Orphans",
              Type.flag(),
              "Delete copies of templates that are gone, too; what has clones stays.")
          .byDefault(false);

  private static final List<Query.Column> COLUMNS =
      List.of(
          new Query.Column("NODE", "node"),
          new Query.Column("WHAT", "what"),
          new Query.Column("STATE", "state"),
          new Query.Column("WHY", "why"));

  private final Supplier<LocalDate> today;

  /**
   * The survey.
   *
   * @param today the calendar: what is younger than a day may belong to a run that still works
   */
  public TemplateTidy(Supplier<LocalDate> today) {
    this.today = today;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "Remove snippets that no guest uses; when asked, old versions and orphaned copies as well.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of(KEEP, ORPHANS);
  }

  /**
   * Looks at the snippets of all nodes, and at every guest.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code only-root}, {@code node-unreachable}
   */
  @Override
  public Found look(Values values, Facts facts, Surroundings around) {
    Answers answers = schema(facts).read(values, facts).orRaise();
    if (!facts.rootSession()) {
      // A guest that is not seen may need the snippet all the same.
      throw PveSlug.ONLY_ROOT
          .problem(
              "--target",
              "Only root@pam sees every guest for sure.",
              "A snippet of a guest that is not seen would be taken for unused.",
              "Run proxkiln on the node as root.")
          .raise();
    }
    Look look = new Look(facts, around);
    // First, because it asks every node: of one that does not answer, not all guests are known.
    look.snippets(today.get().minusDays(1));
    answers.find(KEEP).ifPresent(look::versions);
    if (answers.get(ORPHANS)) {
      look.orphans();
    }
    return new Found(Optional.of(new Query.Rows(COLUMNS, look.rows)), look.jobs, List.of());
  }

  /** One look at a cluster. */
  private static final class Look {
    private final Facts facts;
    private final Surroundings around;
    private final List<Object> rows = new ArrayList<>();
    private final List<Job> jobs = new ArrayList<>();

    Look(Facts facts, Surroundings around) {
      this.facts = facts;
      this.around = around;
    }

    private void row(String node, String kind, String what, String state, String why) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("node", node);
      row.put("kind", kind);
      row.put("what", what);
      row.put("state", state);
      row.put("why", why);
      rows.add(row);
    }

    private void job(Plan plan) {
      jobs.add(new Job(plan.title(), List.of(plan)));
    }

    private Plan plan(String title, List<Step> steps) {
      return new Plan(NAME, title, facts.address(), facts.node(), steps);
    }

    void versions(long keep) {
      Pruning pruning = new Pruning(around.pve(), facts);
      for (String name : Series.names(facts)) {
        Series series = Series.of(facts, name);
        Pruning.Found found = pruning.look(series, keep, false, Set.of());
        found.kept().forEach((version, why) -> template(version.guest(), "kept", why));
        List<Series.Version> gone = pruning.withCopies(found.gone());
        gone.forEach(version -> template(version.guest(), "old", ""));
        if (!gone.isEmpty()) {
          job(PrunePlan.of(NAME, series, gone, facts));
        }
      }
    }

    private void template(GuestFacts guest, String state, String why) {
      row(guest.node(), "template", guest.vmid() + " (" + guest.name() + ")", state, why);
    }

    void orphans() {
      Dependents dependents = new Dependents(around.pve(), facts);
      List<Step> steps = new ArrayList<>();
      List<Removal> removals = new ArrayList<>();
      for (GuestFacts copy : Copies.orphans(facts)) {
        String hold = dependents.of(copy).text();
        template(copy, hold.isEmpty() ? "orphan" : "kept", hold);
        if (hold.isEmpty()) {
          removals.add(removal(copy));
        }
      }
      for (Removal removal : removals) {
        steps.addAll(List.of(removal.check(), removal.delete(), removal.record()));
      }
      if (!steps.isEmpty()) {
        job(
            plan(
                removals.size() == 1
                    ? "Delete a copy whose original is gone"
                    : "Delete " + removals.size() + " copies whose originals are gone",
                steps));
      }
    }

    private static Removal removal(GuestFacts copy) {
      List<Expect> ours = new ArrayList<>(Templates.stillIs(copy));
      ours.add(Expect.of("tags", Expect.Test.HAS_WORD, Templates.MADE));
      ours.add(Expect.of("tags", Expect.Test.HAS_WORD, Copies.COPY));
      String suffix = "-" + copy.vmid();
      return new Removal(
          copy,
          copy.name(),
          "template " + copy.vmid() + " (" + copy.name() + "), a copy on node " + copy.node(),
          suffix,
          ours,
          TemplateSlug.NOT_A_TEMPLATE.problem(
              "step check" + suffix,
              "Guest '" + copy.vmid() + "' is not the copy '" + copy.name() + "' any more.",
              "",
              "See the templates with: proxkiln template list"));
    }

    void snippets(LocalDate before) {
      Snippets snippets = new Snippets(facts, around.pve(), before);
      List<Snippets.Snippet> found = snippets.all();
      // Where there are none, no guest needs to be asked.
      Set<String> used = found.isEmpty() ? Set.of() : snippets.used();
      List<Snippets.Snippet> gone = new ArrayList<>();
      for (Snippets.Snippet snippet : found) {
        boolean inUse = used.contains(snippet.volume());
        if (!inUse && !snippet.young()) {
          gone.add(snippet);
        }
        String state = inUse ? "in use" : snippet.young() ? "new" : "unused";
        row(snippet.node(), "snippet", snippet.volume(), state, "");
      }
      if (!gone.isEmpty()) {
        String title =
            "Remove "
                + gone.size()
                + (gone.size() == 1 ? " snippet" : " snippets")
                + " that no guest uses";
        job(
            plan(
                title,
                List.of(
                    new Step.Discard(
                        "remove",
                        title + "; this cannot be undone",
                        gone.stream().map(Snippets.Snippet::removal).toList()))));
      }
    }
  }
}
