package dev.proxkiln.template.rotation;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.module.Definition;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.template.copies.Cargo;
import dev.proxkiln.template.existing.Templates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One plan that makes a new version, tests it by boot, and moves the name. It is the plan of {@code
 * template create} under a dated name, with more behind it: what fails takes everything back, and
 * the name stays where it was.
 */
final class RefreshPlan {
  /** How the IDs of steps begin that write a snippet. */
  private static final String SNIPPET = "snippet";

  private final Series series;
  private final String version;
  private final Plan create;
  private final Facts facts;

  private RefreshPlan(Series series, String version, Plan create, Facts facts) {
    this.series = series;
    this.version = version;
    this.create = create;
    this.facts = facts;
  }

  /** The beginning of a refresh: what {@code template create} would do under the new name. */
  static Checked<RefreshPlan> of(
      Action<?> create, Definition definition, Series series, String version, Facts facts) {
    return definition
        .values()
        .then(
            values ->
                create.plan(
                    dated(values, definition, series, version, DefinitionDigest.of(definition)),
                    facts))
        .then(plan -> new Checked.Valid<>(new RefreshPlan(series, version, plan, facts)));
  }

  private static Values dated(
      Values values, Definition definition, Series series, String version, String digest) {
    Origin origin = new Origin(Origin.Kind.SPEC_FILE, "definition " + definition.name());
    String tags = values.find("tags").map(value -> value.raw() + "\n").orElse("");
    String notes = values.find("notes").map(value -> value.raw().strip() + "\n\n").orElse("");
    return values
        .with("name", series.dated(version), origin)
        .with(
            "tags", tags + Series.SERIES + series.name() + "\n" + Series.VERSION + version, origin)
        .with(
            "notes",
            notes
                + "Version "
                + version
                + " of definition "
                + definition.name()
                + " (version "
                + definition.version()
                + ").\n\n- definition: "
                + digest,
            origin);
  }

  /** What is downloaded; empty where the disk comes from elsewhere. */
  Optional<Fetch> fetch() {
    return create.steps().stream()
        .filter(Step.Download.class::isInstance)
        .map(step -> ((Step.Download) step).fetch())
        .findFirst();
  }

  /** Its snippets that are on local storage: a copy on another node needs them there. */
  List<Cargo> cargo(Facts facts) {
    List<Cargo> cargo = new ArrayList<>();
    for (Step step : create.steps()) {
      if (step instanceof Step.Write write && write.id().startsWith(SNIPPET)) {
        String named = write.id().substring(SNIPPET.length()).replaceFirst("^-", "");
        String role = named.isEmpty() ? "vendor" : named;
        Matcher storage =
            Pattern.compile("(?:^|,)" + role + "=([^:,]+):")
                .matcher(parameter("cicustom").toString());
        boolean shared =
            storage.find()
                && facts.storage(storage.group(1)).map(StorageFacts::shared).orElse(false);
        if (!shared) {
          cargo.add(Cargo.of(role, write));
        }
      }
    }
    return cargo;
  }

  private Text parameter(String name) {
    Step.Call make = (Step.Call) create.step("create").orElseThrow();
    return Objects.requireNonNull(make.call().params().get(name)).getFirst();
  }

  private boolean full() {
    return parameter("tags").toString().contains(Templates.FULL_CLONE);
  }

  /**
   * The whole plan.
   *
   * @param exec whether the guest agent runs commands
   * @param deadline of the boot test
   */
  Plan plan(boolean exec, Duration deadline) {
    Text vmid = parameter("vmid");
    Text tags = parameter("tags");
    List<Step> steps =
        new ArrayList<>(
            create.steps().stream().filter(step -> !(step instanceof Step.Record)).toList());
    Succession succession = new Succession(series, version, create.node(), vmid, tags);
    steps.addAll(succession.test(full(), exec, deadline, facts));
    create.steps().stream().filter(Step.Record.class::isInstance).forEach(steps::add);
    steps.addAll(succession.move());
    steps.add(announce("refreshed", "Announce the new version", "TemplateRefreshed", vmid));
    Map<String, Text> failure = new LinkedHashMap<>();
    failure.put("series", Text.of(series.name()));
    failure.put("version", Text.of(version));
    failure.put("step", Text.output("failure", "step"));
    failure.put("why", Text.output("failure", "what"));
    return new Plan(
        TemplateRefresh.NAME,
        "Refresh template " + series.name() + " to version " + version,
        create.target(),
        create.node(),
        steps,
        List.of(
            new Step.Record(
                "failed", "Announce that it failed", "TemplateRefreshFailed", failure)));
  }

  private Step announce(String id, String label, String name, Text vmid) {
    Map<String, Text> fact = new LinkedHashMap<>();
    fact.put("vmid", vmid);
    fact.put("name", Text.of(series.name()));
    fact.put("node", Text.of(create.node()));
    fact.put("series", Text.of(series.name()));
    fact.put("version", Text.of(version));
    return new Step.Record(id, label, name, fact);
  }
}
