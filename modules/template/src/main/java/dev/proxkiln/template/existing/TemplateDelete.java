package dev.proxkiln.template.existing;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * {@code template delete}: removes a template and its disks.
 *
 * <p>Linked clones are looked for by the node itself, before it removes anything, on every storage
 * where they depend on the template ({@code base-in-use}); on LVM-thin they are independent. A
 * protected template is not unprotected here.
 */
public final class TemplateDelete implements Action<DeleteSpec> {

  private static final Field<Boolean> FORCE =
      Field.of("force", "Force", Type.flag(), "Delete it even if proxkiln did not make it.")
          .byDefault(false);

  private static final Field<Boolean> WITH_COPIES =
      Field.of(
              "with-copies",
              "With copies",
              Type.flag(),
              "Delete its copies on other nodes of the cluster as well.")
          .byDefault(false);

  @Override
  public String name() {
    return "template delete";
  }

  @Override
  public String summary() {
    return "Delete a template and its disks.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of(Templates.TEMPLATE, WITH_COPIES, FORCE);
  }

  /**
   * Reads and checks.
   *
   * @return the spec, or {@code template-unknown}, {@code not-a-template}, {@code
   *     not-made-by-proxkiln}, {@code template-has-copies}
   */
  @Override
  public Checked<DeleteSpec> read(Values values, Facts facts) {
    return schema(facts).read(values, facts).then(answers -> check(answers, values, facts));
  }

  private static Checked<DeleteSpec> check(Answers answers, Values values, Facts facts) {
    String where = Templates.where(values);
    try {
      GuestFacts guest = Templates.find(facts, answers.get(Templates.TEMPLATE), where);
      boolean force = answers.get(FORCE);
      if (!force && !Templates.isOurs(guest)) {
        return new Checked.Invalid<>(List.of(notOurs(guest, where)));
      }
      List<GuestFacts> copies = Copies.of(guest, facts);
      if (!copies.isEmpty() && !answers.get(WITH_COPIES)) {
        return new Checked.Invalid<>(List.of(hasCopies(guest, copies, where)));
      }
      return new Checked.Valid<>(new DeleteSpec(guest, copies, force));
    } catch (ProblemException e) {
      return new Checked.Invalid<>(e.problems());
    }
  }

  private static Problem notOurs(GuestFacts guest, String where) {
    return TemplateSlug.NOT_MADE_BY_PROXKILN.problem(
        where,
        "Template '" + guest.vmid() + "' ('" + guest.name() + "') was not made by proxkiln.",
        "It does not carry the tag '" + Templates.MADE + "'.",
        "If it may go all the same, add --force.");
  }

  private static Problem hasCopies(GuestFacts guest, List<GuestFacts> copies, String where) {
    return TemplateSlug.TEMPLATE_HAS_COPIES.problem(
        where,
        "Template '"
            + guest.vmid()
            + "' ('"
            + guest.name()
            + "') has copies: "
            + copies.stream()
                .map(copy -> copy.vmid() + " on node " + copy.node())
                .collect(Collectors.joining(", "))
            + ".",
        "Without it no command would know them any more.",
        "Delete them too with --with-copies, or first each by its VM ID.");
  }

  @Override
  public Plan plan(DeleteSpec spec, Facts facts) {
    GuestFacts guest = spec.template();
    List<Removal> removals = new ArrayList<>();
    // The copies first: whatever stops it, none is left that nobody counts.
    spec.copies().forEach(copy -> removals.add(removal(copy, "-" + copy.vmid(), spec.force())));
    removals.add(removal(guest, "", spec.force()));
    List<Step> steps = new ArrayList<>();
    removals.forEach(removal -> steps.add(removal.check()));
    for (Removal removal : removals) {
      steps.add(removal.delete());
      steps.add(removal.record());
    }
    int copies = spec.copies().size();
    return new Plan(
        name(),
        "Delete template "
            + guest.vmid()
            + " ("
            + guest.name()
            + ")"
            + (copies == 0 ? "" : " and " + copies + (copies == 1 ? " copy" : " copies")),
        facts.address(),
        guest.node(),
        steps);
  }

  private static Removal removal(GuestFacts guest, String suffix, boolean force) {
    List<Expect> ours = new ArrayList<>(Templates.stillIs(guest));
    if (!force) {
      ours.add(Expect.of("tags", Expect.Test.HAS_WORD, Templates.MADE));
    }
    return new Removal(
        guest,
        guest.name(),
        "template "
            + guest.vmid()
            + " ("
            + guest.name()
            + ")"
            + (Copies.isCopy(guest) ? ", a copy on node " + guest.node() : ""),
        suffix,
        ours,
        TemplateSlug.NOT_A_TEMPLATE.problem(
            "step check" + suffix,
            "Guest '" + guest.vmid() + "' is not the template '" + guest.name() + "' any more.",
            "",
            "See the templates with: proxkiln template list"));
  }
}
