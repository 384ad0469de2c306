package dev.proxkiln.cli.call;

import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.command.Switches;
import dev.proxkiln.cli.node.Connection;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.problem.ExitCodes;
import dev.proxkiln.cli.run.Agreement;
import dev.proxkiln.cli.run.Batch;
import dev.proxkiln.cli.run.Runs;
import dev.proxkiln.cli.wiring.Results;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.config.Sources;
import dev.proxkiln.core.module.Definition;
import dev.proxkiln.core.module.Surroundings;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.ui.ProblemText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** A survey: look, tell, then agree to each plan and run it. */
public final class SurveyRun {
  private final Outside outside;
  private final Wiring wiring;
  private final Invocation invocation;

  public SurveyRun(Outside outside, Wiring wiring, Invocation invocation) {
    this.outside = outside;
    this.wiring = wiring;
    this.invocation = invocation;
  }

  int run(Survey survey) {
    Connection connection = wiring.connect(invocation);
    Asking asking = new Asking(outside, wiring);
    OptionalInt shown = asking.onScreen(invocation, connection.facts());
    if (shown.isPresent()) {
      return shown.getAsInt();
    }
    Invocation completed = asking.completed(invocation, connection.facts());
    return new SurveyRun(outside, wiring, completed).run(survey, connection);
  }

  private int run(Survey survey, Connection connection) {
    Survey.Found found = look(survey, connection);
    List<Plan> plans = found.jobs().stream().flatMap(job -> job.plans().stream()).toList();
    Switches switches = invocation.switches();
    ActionRun actions = new ActionRun(outside, wiring, invocation);
    if (invocation.planning()) {
      actions.print(plans, switches.format());
      return end(found, 0, 0);
    }
    boolean json = invocation.globals().output().equals("json");
    tell(found, json);
    if (switches.dryRun()) {
      actions.print(plans, json ? "json" : "text");
      return end(found, 0, 0);
    }
    if (plans.isEmpty() && found.problems().isEmpty() && !switches.quiet()) {
      outside.err().println("Nothing to do.");
    }
    return work(found, connection, plan -> new Agreement(outside, invocation).to(List.of(plan)));
  }

  /** Jobs as chains of runs, named after what each job is about. */
  public List<List<Batch.Entry>> chains(List<Survey.Job> jobs) {
    Map<String, String> secrets = secrets();
    Map<String, Integer> names = new HashMap<>();
    return jobs.stream()
        .map(
            job ->
                job.plans().stream()
                    .map(
                        plan -> {
                          int count = names.merge(job.about(), 1, Integer::sum);
                          String name = job.about() + (count == 1 ? "" : " (" + count + ")");
                          return new Batch.Entry(name, plan, secrets, "");
                        })
                    .toList())
        .toList();
  }

  private Map<String, String> secrets() {
    Map<String, String> secrets = new HashMap<>(invocation.resolved().aside());
    secrets.putAll(wiring.definitions().aside(DefinitionCommands.create(wiring)));
    return secrets;
  }

  /** Runs of a job, with the secrets of the definitions. */
  public Runs runs(Survey.Job job) {
    Map<String, String> secrets = secrets();
    Invocation withSecrets =
        new Invocation(
            invocation.command(),
            invocation.planning(),
            invocation.queueing(),
            new Sources.Resolved(
                invocation.values(), secrets, List.of(), invocation.resolved().given()),
            job.keeps() ? invocation.globals().keeping() : invocation.globals(),
            invocation.switches());
    return new Runs(outside, wiring, withSecrets);
  }

  /** Looks, without telling. */
  public Survey.Found look(Survey survey, Connection connection) {
    return survey.look(invocation.values(), connection.facts(), around(connection));
  }

  /** What may be looked at. */
  public Surroundings around(Connection connection) {
    // Without the module of templates there are no definitions.
    List<Definition> definitions =
        DefinitionCommands.create(wiring.commands())
            .map(wiring.definitions()::all)
            .orElse(List.of());
    return new Surroundings(
        connection.pve(),
        wiring.downloads(),
        new ProcessCommands(),
        definitions,
        program(),
        wiring.layout().scratch().toString());
  }

  /** The launcher by its path; a moved root goes along. */
  private List<String> program() {
    List<String> words = new ArrayList<>();
    String launcher = wiring.home().launcher().map(Object::toString).orElse("proxkiln");
    String root = outside.environment().getOrDefault("PROXKILN_ROOT", "");
    if (!root.isBlank() || !launcher.startsWith("/")) {
      words.add("/usr/bin/env");
    }
    if (!root.isBlank()) {
      words.add("PROXKILN_ROOT=" + root);
    }
    words.add(launcher);
    return words;
  }

  private void tell(Survey.Found found, boolean json) {
    if (found.rows().isEmpty()) {
      return;
    }
    if (json) {
      outside.out().println(wiring.json().line(Map.of("found", found.rows().orElseThrow().rows())));
    } else {
      new Results(outside, wiring, invocation).print(found.rows().get());
    }
  }

  private int work(Survey.Found found, Connection connection, Consumer<Plan> agree) {
    int failed = 0;
    int code = 0;
    for (Survey.Job job : found.jobs()) {
      for (Plan plan : job.plans()) {
        agree.accept(plan);
        int ended = runs(job).start(plan, connection);
        if (ended >= 128) {
          return ended;
        }
        if (ended != 0) {
          failed++;
          code = ended;
          break;
        }
      }
    }
    return end(found, failed, code);
  }

  private int end(Survey.Found found, int failed, int code) {
    List<Problem> problems = found.problems();
    if (!problems.isEmpty()) {
      outside
          .err()
          .print(ProblemText.of(problems, outside.look().apply(invocation.globals().color())));
      if (invocation.globals().output().equals("json")) {
        Results.problems(outside, wiring, problems);
      }
    }
    int things = found.jobs().size() + problems.size();
    if (failed == 0 && problems.isEmpty()) {
      return 0;
    }
    if (things > 1) {
      return ExitCodes.SOME_FAILED;
    }
    return problems.isEmpty() ? code : problems.getFirst().kind().exitCode();
  }
}
