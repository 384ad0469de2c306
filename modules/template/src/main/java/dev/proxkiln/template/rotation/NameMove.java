package dev.proxkiln.template.rotation;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The steps that move the name of a series from one version to another. The old one lets go first:
 * for a moment nobody has the name, and never two.
 */
final class NameMove {
  private final Series series;

  NameMove(Series series) {
    this.series = series;
  }

  /**
   * A version that gets the name.
   *
   * @param node where it is
   * @param vmid its VM ID
   * @param version its version
   * @param before its tags as they are
   * @param after its tags once it is current
   */
  record Heir(String node, Text vmid, String version, Text before, Text after) {}

  /** The move, with the announcement that the old version is superseded. */
  List<Step> steps(Optional<Series.Version> holder, Heir heir) {
    List<Step> steps = new ArrayList<>();
    holder.ifPresent(old -> steps.add(check(old)));
    holder.ifPresent(old -> steps.add(release(old, heir)));
    steps.add(take(heir));
    return steps;
  }

  /** Tags with a word more and a word less. */
  static String tags(GuestFacts guest, String with, String without) {
    List<String> tags =
        new ArrayList<>(guest.tags().stream().filter(t -> !t.equals(without)).toList());
    if (!tags.contains(with)) {
      tags.add(with);
    }
    return String.join(";", tags);
  }

  private static PveCall config(String node, Object vmid) {
    return PveCall.get("/nodes/" + node + "/qemu/", vmid, "/config");
  }

  private static PveCall change(String node, Object vmid, Text name, Text tags) {
    return PveCall.put("/nodes/" + node + "/qemu/", vmid, "/config")
        .with("name", name)
        .with("tags", tags);
  }

  private Step check(Series.Version old) {
    GuestFacts guest = old.guest();
    return new Step.Require(
        "name-check",
        "Check that template " + guest.vmid() + " still has the name",
        List.of(
            new Check.Api(
                "holder",
                config(guest.node(), guest.vmid()),
                List.of(
                    Expect.equal("template", "1"),
                    Expect.equal("name", series.name()),
                    Expect.of("tags", Expect.Test.HAS_WORD, Series.SERIES + series.name())),
                TemplateSlug.NOT_A_TEMPLATE.problem(
                    "step name-check",
                    "Guest '"
                        + guest.vmid()
                        + "' is not the current version of '"
                        + series.name()
                        + "' any more.",
                    "",
                    "See the versions with: proxkiln template versions " + series.name()))),
        false);
  }

  private Step release(Series.Version old, Heir heir) {
    GuestFacts guest = old.guest();
    String dated = series.dated(old.version());
    Probe released =
        Probe.api(
            config(guest.node(), guest.vmid()),
            Expect.equal("template", "1"),
            Expect.equal("name", dated));
    return Step.Call.of(
        "name-release",
        "Take the name from version " + old.version() + ", which becomes " + dated,
        change(
            guest.node(),
            guest.vmid(),
            Text.of(dated),
            Text.of(tags(guest, Series.SUPERSEDED, Series.CURRENT))),
        released,
        new Undo.Api(
            change(
                guest.node(),
                guest.vmid(),
                Text.of(series.name()),
                Text.of(String.join(";", guest.tags()))),
            // Somebody else may have got the name since: then there is nothing to give back.
            Probe.api(
                PveCall.get("/nodes/" + heir.node() + "/qemu"),
                Expect.absent("[name=" + series.name() + "]")),
            released));
  }

  private Step take(Heir heir) {
    PveCall config = config(heir.node(), heir.vmid());
    Probe taken =
        Probe.api(
            config,
            Expect.equal("name", series.name()),
            Expect.of("tags", Expect.Test.HAS_WORD, Series.CURRENT));
    return Step.Call.of(
        "name-take",
        "Give the name " + series.name() + " to version " + heir.version(),
        change(heir.node(), heir.vmid(), Text.of(series.name()), heir.after()),
        taken,
        new Undo.Api(
            change(heir.node(), heir.vmid(), Text.of(series.dated(heir.version())), heir.before()),
            taken,
            taken));
  }
}
