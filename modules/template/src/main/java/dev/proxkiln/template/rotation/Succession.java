package dev.proxkiln.template.rotation;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.template.boottest.TestPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What follows once a version was made: it is tested by boot, then it gets its series' name. */
public final class Succession {
  private static final String TEST = "test-";

  private final Series series;
  private final String version;
  private final String node;
  private final Text vmid;
  private final Text tags;

  /**
   * The succession of a version that is a template already, under its dated name.
   *
   * @param node where it is
   * @param vmid its VM ID
   * @param tags its tags as they are
   */
  public Succession(Series series, String version, String node, Text vmid, Text tags) {
    this.series = series;
    this.version = version;
    this.node = node;
    this.vmid = vmid;
    this.tags = tags;
  }

  /**
   * The boot test; the IDs of its steps begin with {@code test-}.
   *
   * @param full whether its clones copy the disk
   * @param exec whether the guest agent runs commands
   */
  public List<Step> test(boolean full, boolean exec, Duration deadline, Facts facts) {
    String dated = series.dated(version);
    return new TestPlan(
            new TestPlan.Subject(
                node,
                vmid,
                dated,
                List.of(Expect.equal("template", "1"), Expect.equal("name", dated))),
            full,
            exec,
            deadline,
            facts,
            TEST)
        .steps();
  }

  /** The move of the name, with the announcement that the old version is superseded. */
  public List<Step> move() {
    Optional<Series.Version> old = series.current();
    List<Step> steps =
        new ArrayList<>(
            new NameMove(series)
                .steps(
                    old,
                    new NameMove.Heir(
                        node, vmid, version, tags, Text.join(tags, ";", Series.CURRENT))));
    old.ifPresent(v -> steps.add(superseded(v)));
    return steps;
  }

  private Step superseded(Series.Version old) {
    Map<String, Text> fact = new LinkedHashMap<>();
    fact.put("vmid", Text.of(old.guest().vmid()));
    fact.put("name", Text.of(series.dated(old.version())));
    fact.put("node", Text.of(old.guest().node()));
    fact.put("series", Text.of(series.name()));
    fact.put("version", Text.of(old.version()));
    fact.put("by", vmid);
    return new Step.Record(
        "superseded", "Announce that the old version is superseded", "TemplateSuperseded", fact);
  }
}
