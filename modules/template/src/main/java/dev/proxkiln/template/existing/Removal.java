package dev.proxkiln.template.existing;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.pve.problem.PveSlug;
import java.util.List;
import java.util.Map;

/**
 * The steps that remove one template for good. A protected one is not unprotected here, and the
 * node itself refuses where linked clones depend on it.
 *
 * @param guest the template
 * @param name that it has when it goes
 * @param what it is, for people, for example {@code template 9000 (debian-12)}
 * @param suffix of the IDs of its steps; empty where it is the only one of its plan
 * @param ours what its configuration must still say
 * @param changed the problem when it says that no more
 */
public record Removal(
    GuestFacts guest, String name, String what, String suffix, List<Expect> ours, Problem changed) {
  public Removal {
    ours = List.copyOf(ours);
  }

  private PveCall config() {
    return PveCall.get(guest.path() + "/config");
  }

  /** Looks once more whether it is what was meant, and not protected. */
  public Step check() {
    return new Step.Require(
        "check" + suffix,
        "Check that it is still " + what,
        List.of(
            new Check.Api("template", config(), ours, changed),
            new Check.Api(
                "protection",
                config(),
                List.of(Expect.of("protection", Expect.Test.EQUALS_OR_ABSENT, "0")),
                PveSlug.PROTECTED.problem(
                    "step check" + suffix,
                    "Template '"
                        + guest.vmid()
                        + "' ('"
                        + name
                        + "') is protected against removal.",
                    "",
                    "If it may go, type: qm set " + guest.vmid() + " --protection 0"))),
        false);
  }

  /** Removes it. */
  public Step delete() {
    return new Step.Discard(
        "delete" + suffix,
        "Delete " + what + " and its disks; this cannot be undone",
        List.of(
            new Undo.Api(
                PveCall.delete(guest.path()).with("purge", true),
                Probe.api(config()),
                new Probe.Api(config(), ours))));
  }

  /** Tells the others. */
  public Step record() {
    return new Step.Record(
        "record" + suffix,
        "Announce that it is gone",
        "TemplateRemoved",
        Map.of(
            "vmid", Text.of(guest.vmid()),
            "name", Text.of(name),
            "node", Text.of(guest.node())));
  }
}
