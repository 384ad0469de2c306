package dev.proxkiln.template.existing;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.pve.problem.PveSlug;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
    return Schema.of(Templates.TEMPLATE, FORCE);
  }

  /**
   * Reads and checks.
   *
   * @return the spec, or {@code template-unknown}, {@code not-a-template}, {@code
   *     not-made-by-proxkiln}
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
      return new Checked.Valid<>(new DeleteSpec(guest, force));
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

  @Override
  public Plan plan(DeleteSpec spec, Facts facts) {
    GuestFacts guest = spec.template();
    String path = "/nodes/" + guest.node() + "/qemu/" + guest.vmid();
    PveCall config = PveCall.get(path + "/config");
    List<Expect> ours = new ArrayList<>(Templates.stillIs(guest));
    if (!spec.force()) {
      ours.add(Expect.of("tags", Expect.Test.HAS_WORD, Templates.MADE));
    }
    Problem changed =
        TemplateSlug.NOT_A_TEMPLATE.problem(
            "step check",
            "Guest '" + guest.vmid() + "' is not the template '" + guest.name() + "' any more.",
            "",
            "See the templates with: proxkiln template list");
    Problem locked =
        PveSlug.PROTECTED.problem(
            "step check",
            "Template '" + guest.name() + "' is protected against removal.",
            "",
            "If it may go, type: qm set " + guest.vmid() + " --protection 0");
    return new Plan(
        name(),
        "Delete template " + guest.vmid() + " (" + guest.name() + ")",
        facts.address(),
        guest.node(),
        List.of(
            new Step.Require(
                "check",
                "Check that it is the template that was meant",
                List.of(
                    new Check.Api("template", config, ours, changed),
                    new Check.Api(
                        "protection",
                        config,
                        List.of(Expect.of("protection", Expect.Test.EQUALS_OR_ABSENT, "0")),
                        locked)),
                false),
            new Step.Discard(
                "delete",
                "Delete the template and its disks; this cannot be undone",
                List.of(
                    new Undo.Api(
                        PveCall.delete(path).with("purge", true),
                        Probe.api(config),
                        new Probe.Api(config, ours)))),
            new Step.Record(
                "record",
                "Announce that it is gone",
                "TemplateRemoved",
                Map.of(
                    "vmid", Text.of(guest.vmid()),
                    "name", Text.of(guest.name()),
                    "node", Text.of(guest.node())))));
  }
}
