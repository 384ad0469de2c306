package dev.proxkiln.template.rotation;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code template rollback}: gives the name back to an earlier version. */
public final class TemplateRollback implements Action<RollbackSpec> {

  private static final Field<String> TO =
      Field.of(
          "to",
          "Version",
          Type.text(
              "VERSION",
              "\\d{8}(?:-\\d{1,4})?",
              "Give a version as template versions prints it, for example 20261121."),
          "The version to go back to; left out, the newest one older than the current.");

  private static final Field<String> NAME = Definitions.NAME.mandatory();

  @Override
  public String name() {
    return "template rollback";
  }

  @Override
  public String summary() {
    return "Give the name of a template back to an earlier version.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of(NAME, TO);
  }

  /**
   * Reads and checks.
   *
   * @return the spec, or {@code version-unknown}
   */
  @Override
  public Checked<RollbackSpec> read(Values values, Facts facts) {
    return schema(facts).read(values, facts).then(answers -> check(answers, facts));
  }

  private static Checked<RollbackSpec> check(Answers answers, Facts facts) {
    Series series = Series.of(facts, answers.get(NAME));
    Optional<Series.Version> from = series.current();
    Optional<String> wanted = answers.find(TO);
    // The newest first: what comes behind the current one is older than it.
    List<Series.Version> others =
        series.versions().stream().filter(v -> v.superseded() && !v.current()).toList();
    List<Series.Version> older =
        from.map(
                current ->
                    others.stream()
                        .filter(
                            v -> series.versions().indexOf(v) > series.versions().indexOf(current))
                        .toList())
            .orElse(List.of());
    Optional<Series.Version> to =
        wanted.isPresent()
            ? others.stream().filter(v -> v.version().equals(wanted.get())).findFirst()
            : older.stream().findFirst();
    return from.isPresent() && to.isPresent()
        ? new Checked.Valid<>(new RollbackSpec(series, from.get(), to.get()))
        : new Checked.Invalid<>(List.of(missing(series, wanted, others)));
  }

  private static Problem missing(
      Series series, Optional<String> wanted, List<Series.Version> others) {
    String what =
        series.current().isEmpty()
            ? "Definition '" + series.name() + "' has no current version."
            : wanted
                .map(version -> "'" + series.name() + "' has no earlier version '" + version + "'.")
                .orElse("'" + series.name() + "' has no version older than the current one.");
    return TemplateSlug.VERSION_UNKNOWN.problem(
        wanted.isPresent() ? "--to" : "--definition",
        what,
        others.isEmpty()
            ? ""
            : "It has: "
                + String.join(", ", others.stream().map(Series.Version::version).toList())
                + ".",
        "See the versions with: proxkiln template versions " + series.name());
  }

  @Override
  public Plan plan(RollbackSpec spec, Facts facts) {
    Series series = spec.series();
    Series.Version to = spec.to();
    List<Step> steps = new ArrayList<>();
    steps.add(check(series, to));
    String before = String.join(";", to.guest().tags());
    String after = NameMove.tags(to.guest(), Series.CURRENT, Series.SUPERSEDED);
    steps.addAll(
        new NameMove(series)
            .steps(
                Optional.of(spec.from()),
                new NameMove.Heir(
                    to.guest().node(),
                    Text.of(to.guest().vmid()),
                    to.version(),
                    Text.of(before),
                    Text.of(after))));
    Map<String, Text> fact = new LinkedHashMap<>();
    fact.put("series", Text.of(series.name()));
    fact.put("version", Text.of(to.version()));
    fact.put("vmid", Text.of(to.guest().vmid()));
    fact.put("node", Text.of(to.guest().node()));
    fact.put("from", Text.of(spec.from().version()));
    steps.add(new Step.Record("record", "Announce the version", "TemplateRolledBack", fact));
    return new Plan(
        name(),
        "Roll template " + series.name() + " back to version " + to.version(),
        facts.address(),
        facts.node(),
        steps);
  }

  private static Step check(Series series, Series.Version to) {
    long vmid = to.guest().vmid();
    return new Step.Require(
        "check",
        "Check that version " + to.version() + " is there",
        List.of(
            new Check.Api(
                "version",
                PveCall.get(to.guest().path() + "/config"),
                List.of(
                    Expect.equal("template", "1"),
                    Expect.equal("name", series.dated(to.version())),
                    Expect.of("tags", Expect.Test.HAS_WORD, Series.VERSION + to.version())),
                TemplateSlug.VERSION_UNKNOWN.problem(
                    "step check",
                    "Guest '"
                        + vmid
                        + "' is not version "
                        + to.version()
                        + " of '"
                        + series.name()
                        + "' any more.",
                    "",
                    "See the versions with: proxkiln template versions " + series.name()))),
        false);
  }
}
