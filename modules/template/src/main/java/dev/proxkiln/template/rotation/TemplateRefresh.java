package dev.proxkiln.template.rotation;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.module.Definition;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.module.Surroundings;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.copies.Publishing;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * {@code template refresh}: looks which definitions have a newer build at their publisher, or
 * changed themselves, and makes a new version of each, tested, before the old ones go.
 */
public final class TemplateRefresh implements Survey {
  static final String NAME = "template refresh";

  private static final Field<Boolean> ALL =
      Field.of("all", "All", Type.flag(), "Look at every definition.").byDefault(false);

  private static final Field<Boolean> FORCE =
      Field.of("force", "Force", Type.flag(), "Make a new version even if nothing has changed.")
          .byDefault(false);

  private static final Field<Long> KEEP =
      Field.of(
              "keep",
              "Keep",
              Type.integer(1, 100),
              "Versions that stay, the current one among them; what has linked clones stays anyway.")
          .byDefault(3L);

  private static final Field<Long> DEADLINE =
      Field.of(
              "deadline",
              "Deadline",
              Type.integer(10, 7200),
              "Seconds for a clone to answer, and again to finish cloud-init; emulation needs more.")
          .byDefault(
              (facts, answers) -> Optional.of(facts.target() == TargetKind.SANDBOX ? 600L : 300L))
          .asAdvanced();

  private static final Field<Boolean> PUBLISH =
      Field.of(
              "publish",
              "Publish",
              Type.flag(),
              "Keep the copies on other nodes in step: the new version goes where the old one is.")
          .byDefault(false);

  private static final Field<String> INSTALL_TIMER =
      Field.of(
              "install-timer",
              "Timer",
              Type.word("WHEN", "daily", "weekly", "monthly"),
              "Install a systemd timer on this machine that refreshes all definitions.")
          .asAdvanced();

  private static final Field<Boolean> REMOVE_TIMER =
      Field.of("remove-timer", "Remove timer", Type.flag(), "Remove that timer again.")
          .byDefault(false)
          .onlyWhen(answers -> answers.find(INSTALL_TIMER).isEmpty())
          .asAdvanced();

  /** Whether definitions are looked at, and not a timer that will. */
  private static boolean looks(Answers answers) {
    return answers.find(INSTALL_TIMER).isEmpty() && !answers.find(REMOVE_TIMER).orElse(false);
  }

  /** Which one, where it is not about all of them. */
  private static final Field<String> DEFINITION =
      Definitions.NAME
          .mandatory()
          .onlyWhen(answers -> looks(answers) && !answers.find(ALL).orElse(false));

  private static final List<Query.Column> COLUMNS =
      List.of(
          new Query.Column("DEFINITION", "definition"),
          new Query.Column("CURRENT", "current"),
          new Query.Column("STATE", "state"),
          new Query.Column("NEXT", "next"),
          new Query.Column("DELETES", "deletes"),
          new Query.Column("KEEPS", "kept"),
          new Query.Column("WHY", "why"));

  private final Action<?> create;
  private final Supplier<Catalogue> catalogue;
  private final Supplier<LocalDate> today;

  /**
   * The survey.
   *
   * @param create {@code template create}, which makes the versions
   * @param catalogue tells what the agent of an image does
   * @param today the calendar, for the names of versions
   */
  public TemplateRefresh(
      Action<?> create, Supplier<Catalogue> catalogue, Supplier<LocalDate> today) {
    this.create = create;
    this.catalogue = catalogue;
    this.today = today;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "Rebuild templates whose image or definition is newer, test them, and move the name.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of(INSTALL_TIMER, REMOVE_TIMER, ALL, DEFINITION, KEEP, FORCE, PUBLISH, DEADLINE);
  }

  /**
   * Looks at the definitions that were asked for.
   *
   * @throws ProblemException {@code missing-value}, {@code definition-unknown}, and those of {@link
   *     Schema#read}
   */
  @Override
  public Found look(Values values, Facts facts, Surroundings around) {
    Answers answers = read(values, facts);
    Optional<String> when = answers.find(INSTALL_TIMER);
    if (when.isPresent()) {
      List<String> more = new ArrayList<>(List.of("--keep", Long.toString(answers.get(KEEP))));
      if (answers.get(PUBLISH)) {
        more.add("--publish");
      }
      return Found.of(RefreshTimer.install(around.program(), when.get(), more, facts));
    }
    if (answers.find(REMOVE_TIMER).orElse(false)) {
      return Found.of(RefreshTimer.remove(facts));
    }
    List<Definition> wanted =
        Definitions.wanted(around.definitions(), answers.find(DEFINITION), create.name());
    Look look = new Look(facts, around, answers);
    wanted.forEach(look::at);
    return new Found(Optional.of(new Query.Rows(COLUMNS, look.rows)), look.jobs, look.problems);
  }

  private Answers read(Values values, Facts facts) {
    return switch (schema(facts).read(values, facts)) {
      case Checked.Valid<Answers>(Answers answers) -> answers;
      case Checked.Invalid<Answers>(List<Problem> problems) ->
          throw new ProblemException(
              problems.stream()
                  .map(problem -> isNameless(problem) ? Definitions.MISSING : problem)
                  .toList());
    };
  }

  private static boolean isNameless(Problem problem) {
    return problem.slug().equals(Definitions.MISSING.slug())
        && problem.where().equals(Definitions.MISSING.where());
  }

  /** One look at the definitions. */
  private final class Look {
    private final Facts facts;
    private final Surroundings around;
    private final Answers answers;
    private final List<Object> rows = new ArrayList<>();
    private final List<Job> jobs = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    Look(Facts facts, Surroundings around, Answers answers) {
      this.facts = facts;
      this.around = around;
      this.answers = answers;
    }

    void at(Definition definition) {
      Series series = Series.of(facts, definition.name());
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("definition", definition.name());
      row.put("current", series.current().map(Series.Version::version).orElse(""));
      rows.add(row);
      try {
        List<Plan> plans = plans(definition, series, row);
        if (!plans.isEmpty()) {
          jobs.add(new Job(definition.name(), plans));
        }
      } catch (ProblemException e) {
        row.put("state", "unknown");
        row.put("why", e.first().what());
        e.problems().forEach(p -> problems.add(p.at("definition " + definition.name())));
      }
    }

    private List<Plan> plans(Definition definition, Series series, Map<String, Object> row) {
      series.demandName(facts, "definition " + series.name());
      String version = series.next(today.get(), facts);
      RefreshPlan refresh = RefreshPlan.of(create, definition, series, version, facts).orRaise();
      Optional<String> stated =
          refresh
              .fetch()
              .map(fetch -> around.downloads().stated(fetch, Definitions.SILENT))
              .filter(digest -> !digest.isEmpty());
      Optional<String> wanted = due(definition, series, stated);
      Optional<Series.Version> held =
          answers.get(FORCE)
              ? Optional.empty()
              : wanted.flatMap(w -> held(definition, series, stated));
      Optional<String> why = held.isPresent() ? Optional.empty() : wanted;
      List<Plan> plans = new ArrayList<>();
      row.put("state", why.isPresent() ? "due" : held.isPresent() ? "held" : "up to date");
      if (why.isPresent()) {
        row.put("next", version);
        plans.add(
            refresh.plan(
                Definitions.image(definition)
                    .flatMap(catalogue.get()::find)
                    .map(image -> image.needs().agentRuns())
                    .orElse(true),
                Duration.ofSeconds(answers.get(DEADLINE))));
      }
      List<String> published = new ArrayList<>();
      if (answers.get(PUBLISH)) {
        plans.addAll(publish(series, why.map(w -> refresh), published));
        row.put("publishes", published);
      }
      prune(series, why.isPresent(), held, published, row).ifPresent(plans::add);
      row.put("why", why.or(() -> held.map(v -> again(series, v))).orElse(""));
      return plans;
    }

    /** The plan that removes versions which may go, once there is a new one or not. */
    private Optional<Plan> prune(
        Series series,
        boolean more,
        Optional<Series.Version> held,
        List<String> published,
        Map<String, Object> row) {
      Pruning pruning = new Pruning(around.pve(), facts);
      Pruning.Found found = pruning.look(series, answers.get(KEEP), more, Set.copyOf(published));
      // What is held is the reason why nothing is made: without it the next refresh would make it.
      List<Series.Version> old =
          found.gone().stream().filter(v -> held.filter(v::equals).isEmpty()).toList();
      row.put("deletes", old.stream().map(Series.Version::version).toList());
      row.put(
          "kept",
          found.kept().entrySet().stream()
              .map(kept -> kept.getKey().version() + " (" + kept.getValue() + ")")
              .toList());
      return old.isEmpty()
          ? Optional.empty()
          : Optional.of(PrunePlan.of(NAME, series, pruning.withCopies(old), facts));
    }

    /** Somebody went back from it, or the publisher went back to it. */
    private static String again(Series series, Series.Version version) {
      boolean newer =
          series
              .current()
              .map(v -> series.versions().indexOf(version) < series.versions().indexOf(v))
              .orElse(true);
      return "version "
          + version.version()
          + (newer
              ? " is the same, and was rolled back; --force"
              : " is the same: template rollback " + series.name() + " --to " + version.version());
    }

    /** The plans that bring copies in step; a node where that cannot be stops no other. */
    private List<Plan> publish(
        Series series, Optional<RefreshPlan> refresh, List<String> published) {
      Publishing publishing = new Publishing(facts, around.pve(), around.commands());
      List<Plan> plans = new ArrayList<>();
      Optional<GuestFacts> current = series.current().map(Series.Version::guest);
      for (String node : publishing.nodes(Series.SERIES + series.name())) {
        if (current.isEmpty() || (refresh.isPresent() && node.equals(facts.node()))) {
          continue;
        }
        try {
          Optional<Plan> plan =
              refresh.isPresent()
                  ? Optional.of(
                      publishing.successor(
                          current.get(), facts.node(), node, refresh.get().cargo(facts)))
                  : publishing
                      .look(current.get(), node, publishing.keptOn(current.get(), node))
                      .plan();
          plan.ifPresent(plans::add);
          plan.ifPresent(p -> published.add(node));
        } catch (ProblemException e) {
          e.problems().forEach(p -> problems.add(p.at("definition " + series.name())));
        }
      }
      return plans;
    }

    /** Why a new version is due; empty when it is not. */
    private Optional<String> due(Definition definition, Series series, Optional<String> stated) {
      if (series.current().isEmpty()) {
        return Optional.of("there is no current version");
      }
      if (answers.get(FORCE)) {
        return Optional.of("you asked for it");
      }
      GuestFacts guest = series.current().get().guest();
      Notes notes = Notes.of(around.pve(), guest);
      if (!notes.definition().equals(DefinitionDigest.of(definition))) {
        return Optional.of("the definition has changed");
      }
      return stated
          .filter(digest -> !digest.equals(notes.digest()))
          .map(digest -> "the publisher has a newer build");
    }

    /** What is due was made already, and somebody rolled back from it: it is not made again. */
    private Optional<Series.Version> held(
        Definition definition, Series series, Optional<String> stated) {
      String settings = DefinitionDigest.of(definition);
      for (Series.Version version : series.versions()) {
        if (version.superseded() && !version.current()) {
          Notes notes = Notes.of(around.pve(), version.guest());
          if (notes.definition().equals(settings)
              && stated.map(notes.digest()::equals).orElse(true)) {
            return Optional.of(version);
          }
        }
      }
      return Optional.empty();
    }
  }
}
