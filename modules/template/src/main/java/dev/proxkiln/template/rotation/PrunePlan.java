package dev.proxkiln.template.rotation;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.pve.problem.PveSlug;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Deletes superseded versions. A plan of its own, because nothing brings a deleted template back:
 * the refresh before it stays undoable up to its end.
 */
final class PrunePlan {
  private PrunePlan() {}

  /** The plan for some versions, at least one. */
  static Plan of(Series series, List<Series.Version> old, Facts facts) {
    List<Step> steps = new ArrayList<>();
    for (Series.Version version : old) {
      steps.addAll(delete(series, version));
    }
    return new Plan(
        TemplateRefresh.NAME,
        "Delete "
            + old.size()
            + (old.size() == 1 ? " old version of " : " old versions of ")
            + series.name(),
        facts.address(),
        facts.node(),
        steps);
  }

  private static List<Step> delete(Series series, Series.Version version) {
    GuestFacts guest = version.guest();
    String path = "/nodes/" + guest.node() + "/qemu/" + guest.vmid();
    PveCall config = PveCall.get(path + "/config");
    List<Expect> ours =
        List.of(
            Expect.equal("template", "1"),
            Expect.of("tags", Expect.Test.HAS_WORD, Series.SERIES + series.name()),
            Expect.of("tags", Expect.Test.HAS_WORD, Series.VERSION + version.version()),
            // A rollback may have made it current meanwhile.
            Expect.equal("name", series.dated(version.version())));
    String id = Long.toString(guest.vmid());
    return List.of(
        new Step.Require(
            "check-" + id,
            "Check that template " + id + " is still version " + version.version(),
            List.of(
                new Check.Api(
                    "template",
                    config,
                    ours,
                    TemplateSlug.NOT_A_TEMPLATE.problem(
                        "step check-" + id,
                        "Guest '"
                            + id
                            + "' is not the old version "
                            + version.version()
                            + " of '"
                            + series.name()
                            + "' any more.",
                        "",
                        "See the versions with: proxkiln template versions " + series.name())),
                new Check.Api(
                    "protection",
                    config,
                    List.of(Expect.of("protection", Expect.Test.EQUALS_OR_ABSENT, "0")),
                    PveSlug.PROTECTED.problem(
                        "step check-" + id,
                        "Template '" + id + "' is protected against removal.",
                        "",
                        "If it may go, type: qm set " + id + " --protection 0"))),
            false),
        new Step.Discard(
            "delete-" + id,
            "Delete version " + version.version() + " (template " + id + ") and its disks",
            List.of(
                new Undo.Api(
                    PveCall.delete(path).with("purge", true),
                    Probe.api(config),
                    new Probe.Api(config, ours)))),
        new Step.Record(
            "record-" + id,
            "Announce that it is gone",
            "TemplateRemoved",
            Map.of(
                "vmid", Text.of(guest.vmid()),
                "name", Text.of(series.dated(version.version())),
                "node", Text.of(guest.node()))));
  }
}
