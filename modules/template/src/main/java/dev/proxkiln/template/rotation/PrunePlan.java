package dev.proxkiln.template.rotation;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.template.existing.Removal;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.ArrayList;
import java.util.List;

/**
 * Deletes superseded versions. A plan of its own, because nothing brings a deleted template back:
 * the refresh before it stays undoable up to its end.
 */
public final class PrunePlan {
  private PrunePlan() {}

  /**
   * The plan for some versions, at least one.
   *
   * @param command whose plan it is
   */
  public static Plan of(String command, Series series, List<Series.Version> old, Facts facts) {
    List<Step> steps = new ArrayList<>();
    for (Series.Version version : old) {
      steps.addAll(delete(series, version));
    }
    return new Plan(
        command,
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
    String id = Long.toString(guest.vmid());
    Removal removal =
        new Removal(
            guest,
            series.dated(version.version()),
            "version " + version.version() + " (template " + id + ")",
            "-" + id,
            List.of(
                Expect.equal("template", "1"),
                Expect.of("tags", Expect.Test.HAS_WORD, Series.SERIES + series.name()),
                Expect.of("tags", Expect.Test.HAS_WORD, Series.VERSION + version.version()),
                // A rollback may have made it current meanwhile.
                Expect.equal("name", series.dated(version.version()))),
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
                "See the versions with: proxkiln template versions " + series.name()));
    return List.of(removal.check(), removal.delete(), removal.record());
  }
}
