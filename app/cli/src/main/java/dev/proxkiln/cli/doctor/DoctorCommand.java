package dev.proxkiln.cli.doctor;

import dev.proxkiln.cli.call.ActionRun;
import dev.proxkiln.cli.call.SurveyRun;
import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.command.KnownSettings;
import dev.proxkiln.cli.config.SettingsReport;
import dev.proxkiln.cli.node.Connection;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.outside.Version;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.cli.run.Agreement;
import dev.proxkiln.cli.run.RunCommands;
import dev.proxkiln.cli.run.Runs;
import dev.proxkiln.cli.self.SelfCheck;
import dev.proxkiln.cli.settings.SettingsPlaces;
import dev.proxkiln.cli.wiring.Results;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Finding;
import dev.proxkiln.core.module.Module;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.module.Surroundings;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.view.Phase;
import dev.proxkiln.pve.health.NodeChecks;
import dev.proxkiln.ui.ProblemText;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code doctor}: looks at everything that work depends on, here and on the target, and says what
 * mends what is not well.
 */
public final class DoctorCommand {
  private static final Duration MOST = Duration.ofSeconds(60);

  private static final Field<Boolean> FIX =
      Field.of(
              "fix",
              "Fix",
              Type.flag(),
              "Mend what is safe to mend: what takes nothing away and can be done again.")
          .byDefault(false);

  private final Outside outside;
  private final Wiring wiring;

  public DoctorCommand(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  /** The command. */
  public Command command() {
    return new Command.Own(
            "doctor",
            "Look at this machine, the installation, the settings and the target, and say what mends"
                + " them.",
            Schema.of(FIX),
            false,
            this::run)
        .mending();
  }

  private int run(Invocation invocation) {
    boolean fix = invocation.answers().get(FIX);
    Found found = look(invocation);
    List<Finding> findings = found.findings();
    Optional<Connection> connection = found.connection();
    tell(findings, invocation);
    List<Step> steps =
        findings.stream().map(Finding::step).flatMap(Optional::stream).distinct().toList();
    if (!fix || steps.isEmpty() || connection.isEmpty()) {
      return end(findings, invocation);
    }
    int code = mend(steps, connection.get(), invocation);
    return code != 0
        ? code
        : end(findings.stream().filter(one -> one.step().isEmpty()).toList(), invocation);
  }

  /**
   * What was found.
   *
   * @param connection the target, where it answers
   * @param findings what is worst comes last
   */
  public record Found(Optional<Connection> connection, List<Finding> findings) {}

  /** Looks at everything; never throws. */
  public Found look(Invocation invocation) {
    try (Looks looks = new Looks(MOST)) {
      here(looks, invocation.globals());
      List<Finding> findings = new ArrayList<>();
      Optional<Connection> connection = target(looks, invocation, findings);
      findings.addAll(looks.findings());
      // The last lines are what is still on the screen.
      findings.sort(Comparator.comparing(Finding::state));
      return new Found(connection, findings);
    }
  }

  private void here(Looks looks, Globals globals) {
    MachineChecks machine = new MachineChecks(wiring.layout(), Path.of("/"));
    boolean local = wiring.connector().kind(globals).filter(TargetKind.LOCAL::equals).isPresent();
    looks.start("machine", () -> machine.system(local));
    looks.start("installation", this::installation);
    looks.start("room", machine::room);
    looks.start("modes", machine::modes);
    looks.start("settings", this::settings);
    looks.start("runs", this::runs);
    looks.start("modules", this::modules);
  }

  /** Looks at the target and lets the modules look; a sandbox is not started for that. */
  private Optional<Connection> target(Looks looks, Invocation invocation, List<Finding> findings) {
    Globals globals = invocation.globals();
    if (globals.target().isEmpty() && !wiring.isUp(globals)) {
      findings.add(
          Finding.ok(
              "target", "There is no Proxmox VE here, and the sandbox node is not started."));
      return Optional.empty();
    }
    try {
      Connection connection = wiring.connect(invocation);
      Facts facts = connection.facts();
      findings.add(
          Finding.ok("target", "Node " + facts.node() + " answers, at " + facts.address() + "."));
      NodeChecks node = new NodeChecks(facts, connection.pve(), InstantSource.system());
      looks.start("node", node::stated);
      looks.start("time", node::time);
      looks.start("certificates", node::certificates);
      looks.start("repositories", node::repositories);
      Surroundings around = new SurveyRun(outside, wiring, invocation).around(connection);
      for (Module module : wiring.modules()) {
        looks.start("module " + module.id(), () -> module.findings(facts, around));
      }
      return Optional.of(connection);
    } catch (ProblemException e) {
      e.problems()
          .forEach(problem -> findings.add(Finding.of("target", Finding.State.BAD, problem)));
      return Optional.empty();
    }
  }

  private List<Finding> installation() {
    List<Problem> problems = new ArrayList<>();
    String files = SelfCheck.files(wiring.home().folder(), problems);
    return problems.isEmpty()
        ? List.of(
            Finding.ok("installation", "proxkiln " + Version.text() + ", files: " + files + "."))
        : problems.stream()
            .map(problem -> Finding.of("installation", Finding.State.BAD, problem))
            .toList();
  }

  private List<Finding> settings() {
    List<Finding> bad = new ArrayList<>();
    new SettingsReport(outside, wiring, new KnownSettings(wiring.commands()))
        .problems(SettingsPlaces.all(wiring.layout(), outside.folder()))
        .forEach(
            (file, problems) ->
                problems.forEach(
                    problem -> bad.add(Finding.of("settings", Finding.State.BAD, problem))));
    return bad.isEmpty()
        ? List.of(Finding.ok("settings", "Every settings file can be read and is known."))
        : bad;
  }

  private List<Finding> modules() {
    List<Finding> broken =
        wiring.moduleEntries().stream()
            .flatMap(entry -> entry.problems().stream())
            .map(problem -> Finding.of(problem.where(), Finding.State.WARNING, problem))
            .toList();
    return broken.isEmpty() ? List.of(Finding.ok("modules", "All of them can be used.")) : broken;
  }

  private List<Finding> runs() {
    List<Finding> findings = new ArrayList<>();
    RunCommands runs = new RunCommands(outside, wiring);
    for (String id : wiring.runs().ids()) {
      String about = "run " + id;
      try {
        Phase phase = runs.state(wiring.runs().look(id));
        if (phase.resumable()) {
          findings.add(
              Finding.warning(
                      about, "It is not at its end: " + phase.word() + ".", "proxkiln resume " + id)
                  .because("What it made is still there; proxkiln undo " + id + " takes it back."));
        } else if (phase == Phase.LEFT) {
          findings.add(
              Finding.warning(
                  about, "Some of what it made is still there.", "proxkiln undo " + id));
        }
      } catch (ProblemException e) {
        findings.add(Finding.of(about, Finding.State.WARNING, e.first()));
      }
    }
    return findings.isEmpty() ? List.of(Finding.ok("runs", "None is cut off.")) : findings;
  }

  private int mend(List<Step> steps, Connection connection, Invocation invocation) {
    Facts facts = connection.facts();
    Plan plan =
        new Plan("doctor", "Mend what is safe to mend", facts.address(), facts.node(), steps);
    ActionRun actions = new ActionRun(outside, wiring, invocation);
    if (invocation.switches().dryRun()) {
      actions.print(List.of(plan), invocation.globals().output().equals("json") ? "json" : "text");
      return 0;
    }
    new Agreement(outside, invocation).to(List.of(plan));
    return new Runs(outside, wiring, invocation).start(plan, connection);
  }

  private void tell(List<Finding> findings, Invocation invocation) {
    String form = invocation.globals().output();
    List<Object> rows = new ArrayList<>();
    findings.forEach(finding -> rows.add(form.equals("table") ? shown(finding) : finding.row()));
    if (form.equals("json")) {
      outside.out().println(wiring.json().line(Map.of("found", rows)));
    } else {
      new Results(outside, wiring, invocation).print(new Query.Rows(Finding.columns(), rows));
    }
  }

  private static Map<String, Object> shown(Finding finding) {
    Map<String, Object> row = new LinkedHashMap<>(finding.row());
    row.put("finding", (finding.what() + " " + finding.why()).strip());
    return row;
  }

  /** The exit code: 3 where something does not work. */
  private int end(List<Finding> findings, Invocation invocation) {
    List<String> bad =
        findings.stream()
            .filter(finding -> finding.state() == Finding.State.BAD)
            .map(Finding::about)
            .distinct()
            .toList();
    if (bad.isEmpty()) {
      return 0;
    }
    boolean safe = findings.stream().anyMatch(finding -> finding.step().isPresent());
    Problem problem =
        CliSlug.NOT_WELL.problem(
            "doctor",
            (bad.size() == 1 ? "One thing does" : bad.size() + " things do") + " not work.",
            String.join(", ", bad) + ".",
            "Do what the list says" + (safe ? ", or add --fix for what is safe." : "."));
    outside
        .err()
        .print(
            ProblemText.of(List.of(problem), outside.look().apply(invocation.globals().color())));
    if (invocation.globals().output().equals("json")) {
      Results.problems(outside, wiring, List.of(problem));
    }
    return problem.kind().exitCode();
  }
}
