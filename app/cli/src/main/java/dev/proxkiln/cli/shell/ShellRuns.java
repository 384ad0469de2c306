package dev.proxkiln.cli.shell;

import dev.proxkiln.cli.call.DefinitionCommands;
import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.cli.command.KnownSettings;
import dev.proxkiln.cli.log.LogLevel;
import dev.proxkiln.cli.log.LogLine;
import dev.proxkiln.cli.log.LogReader;
import dev.proxkiln.cli.node.Connection;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.run.Background;
import dev.proxkiln.cli.run.Batch;
import dev.proxkiln.cli.run.RunCommands;
import dev.proxkiln.cli.run.RunWatch;
import dev.proxkiln.cli.run.Runs;
import dev.proxkiln.cli.self.OtherRelease;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.config.Layers;
import dev.proxkiln.core.event.Request;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Advice;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.run.RunState;
import dev.proxkiln.core.view.Phase;
import dev.proxkiln.core.view.RunView;
import dev.proxkiln.core.view.StepView;
import dev.proxkiln.host.process.UserShell;
import dev.proxkiln.host.run.BatchStore;
import dev.proxkiln.ui.Amounts;
import dev.proxkiln.ui.Look;
import dev.proxkiln.ui.Pairs;
import dev.proxkiln.ui.run.BatchPage;
import dev.proxkiln.ui.run.RunDesk;
import dev.proxkiln.ui.run.RunPage;
import dev.proxkiln.ui.screen.Next;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** Runs as the pages of the shell see them. */
final class ShellRuns implements RunDesk {
  /** How many of the newest runs are looked at for unfinished ones. */
  private static final int RECENT = 60;

  private static final int LOG_LINES = 2000;

  private final Outside outside;
  private final Wiring wiring;
  private final Globals globals;
  private final BiFunction<String, Values, Next> form;

  /** ID of the run or batch that was begun last; empty for none. */
  private String begun = "";

  /**
   * Runs for pages.
   *
   * @param outside says nothing on the screen
   * @param form opens the form of a command with answers
   */
  ShellRuns(
      Outside outside, Wiring wiring, Globals globals, BiFunction<String, Values, Next> form) {
    this.outside = outside;
    this.wiring = wiring;
    this.globals = globals;
    this.form = form;
  }

  /** Starts one plan in a process of its own; gives its page. */
  Next started(Runs runs, Plan plan, Connection connection) {
    String run = runs.detached(plan, connection);
    began(run);
    return new Next.HomeWith(RunPage.of(this, view(run)));
  }

  private synchronized void began(String id) {
    begun = id;
  }

  /** What was begun last, as it stands; the worst of a batch. */
  synchronized Optional<ShellDesk.Begun> begun() {
    if (begun.isEmpty()) {
      return Optional.empty();
    }
    List<RunView> views =
        wiring.batches().find(begun).isPresent()
            ? batch(begun).stream().map(Member::run).toList()
            : List.of(view(begun));
    boolean live = views.stream().anyMatch(view -> view.phase().live());
    int code = live ? 0 : views.stream().mapToInt(ShellRuns::exitCode).max().orElse(0);
    String words =
        views.size() == 1
            ? "Run " + begun + ": " + views.getFirst().phase().word() + "."
            : "Batch " + begun + ": " + views.size() + " runs.";
    return Optional.of(
        new ShellDesk.Begun(
            words + " See it: proxkiln " + (live ? "attach " : "show ") + begun, code));
  }

  private static int exitCode(RunView view) {
    return switch (view.phase()) {
      case DONE -> 0;
      case UNDONE -> 4;
      case WAITING, RUNNING, PAUSING, PAUSED, STOPPING, UNDOING, STOPPED, FAILED, LEFT -> 5;
    };
  }

  /** Starts a plan with what belongs to its run; gives its page. */
  Next started(Batch.Entry entry, Globals with) {
    String id = new Background(outside, wiring).run(entry, with);
    began(id);
    return new Next.HomeWith(RunPage.of(this, view(id)));
  }

  /** Starts several plans, those of a chain one after the other; gives their page. */
  Next started(List<List<Batch.Entry>> chains, Globals with) {
    String id = new Background(outside, wiring).chains(chains, with).id();
    began(id);
    return new Next.HomeWith(new BatchPage(this, id, batch(id)));
  }

  /** The page of a run, whatever its state. */
  Next open(String id) {
    return Next.push(RunPage.of(this, view(id)));
  }

  @Override
  public RunView view(String run) {
    return RunWatch.view(wiring.runs(), run);
  }

  @Override
  public List<Member> batch(String batch) {
    return find(batch).members().stream()
        .map(member -> new Member(member.name(), member.after(), view(member.run())))
        .toList();
  }

  private BatchStore.Batch find(String id) {
    return wiring
        .batches()
        .find(id)
        .orElseThrow(
            () ->
                CoreSlug.RUN_STATE
                    .problem("", "There is no batch '" + id + "'.", "", "See: proxkiln runs")
                    .raise());
  }

  @Override
  public List<String> output(String run) {
    return wiring.runs().output(run);
  }

  @Override
  public List<String> log() {
    return new LogReader(wiring.logFile(), wiring.json(), LogLevel.DEBUG, "")
        .last(LOG_LINES).stream().flatMap(line -> LogLine.text(line).lines()).toList();
  }

  @Override
  public List<String> details(String run) {
    Look look = new Look(false, false, true, () -> 100);
    List<String> lines = new ArrayList<>();
    Map<String, Object> tree = new RunCommands(outside, wiring).tree(run);
    Pairs.text(tree, look).lines().forEach(lines::add);
    List<String> output = output(run);
    lines.add("");
    lines.add("Output, " + output.size() + " lines:");
    output.forEach(line -> lines.add("  " + line));
    return lines;
  }

  @Override
  public void ask(String id, Request request) {
    if (wiring.batches().find(id).isPresent()) {
      wiring.batches().requests(id).ask(request);
    } else {
      wiring.runs().requests(id).ask(request);
    }
  }

  @Override
  public void resume(String id) {
    Background background = new Background(outside, wiring);
    Optional<BatchStore.Batch> batch = wiring.batches().find(id);
    if (batch.isPresent()) {
      background.batch(batch.get(), keeping());
    } else {
      background.resume(id, keeping());
    }
  }

  @Override
  public void undo(String run) {
    new Background(outside, wiring).undo(run, keeping());
  }

  /** What fails is kept: the page of the failure asks what to do. */
  private Globals keeping() {
    return globals.onError("keep");
  }

  @Override
  public Optional<String> otherRelease(String run) {
    return new OtherRelease(outside, wiring).name(run);
  }

  @Override
  public Optional<Next> change(String run) {
    String command = wiring.runs().look(run).plan().command();
    Optional<Values> answers = answers(run, command);
    // A password that was given as a hash is kept under its name, so that the form finds it.
    answers.ifPresent(
        values ->
            wiring
                .runs()
                .secrets(run)
                .forEach(new DefinitionCommands(outside, wiring)::keepSecret));
    return answers.map(values -> form.apply(command, values));
  }

  /** What the form of a run was given; empty where it was made by no single form. */
  private Optional<Values> answers(String run, String command) {
    Path answers = wiring.runs().folder(run).resolve("answers.yaml");
    Optional<Command> known =
        wiring.commands().stream()
            .filter(c -> c.name().equals(command) && c instanceof Command.Acts)
            .findFirst();
    if (known.isEmpty() || !Files.isRegularFile(answers)) {
      return Optional.empty();
    }
    Values values =
        wiring
            .layers()
            .read(
                wiring.request(
                    known.get().specFor(),
                    known.get().schema(Facts.none()),
                    List.of(answers.toString()),
                    Map.of()))
            .orRaise();
    Map<String, String> raw = new TreeMap<>();
    Layers.without(values, KnownSettings.GENERAL)
        .entries()
        .forEach(
            (key, value) -> {
              if (value.origin().kind() == Origin.Kind.SPEC_FILE) {
                raw.put(key, value.raw());
              }
            });
    return Optional.of(Values.of(raw, new Origin(Origin.Kind.TYPED, "")));
  }

  /** What the newest run of a command was given for a setting. */
  Optional<String> latest(String command, String key) {
    for (String id : wiring.runs().ids().stream().limit(RECENT).toList()) {
      try {
        Optional<String> given =
            wiring.runs().look(id).plan().command().equals(command)
                ? answers(id, command).flatMap(values -> values.find(key)).map(Values.Value::raw)
                : Optional.empty();
        if (given.isPresent()) {
          return given;
        }
      } catch (ProblemException e) {
        // A run that cannot be read tells nothing.
      }
    }
    return Optional.empty();
  }

  @Override
  public List<Advice> advice(RunView run) {
    return wiring.modules().stream()
        .flatMap(
            module ->
                run.announced().entrySet().stream()
                    .flatMap(fact -> module.advice(fact.getKey(), fact.getValue()).stream()))
        .toList();
  }

  @Override
  public void shell() {
    UserShell.run(outside.environment());
  }

  /**
   * What did not come to its end, the newest first.
   *
   * @param id of a run or a batch
   * @param about how far it came
   */
  record Unfinished(String id, String title, String about, Next open) {}

  /** What is under way or could be gone on with, at most so many. */
  List<Unfinished> unfinished(int most) {
    List<Unfinished> found = new ArrayList<>();
    Set<String> together = new HashSet<>();
    for (BatchStore.Batch batch : wiring.batches().all()) {
      if (wiring.batches().live(batch.id()) && found.size() < most) {
        List<Member> members = batch(batch.id());
        batch.members().forEach(member -> together.add(member.run()));
        long done = members.stream().filter(m -> m.run().phase() == Phase.DONE).count();
        found.add(
            new Unfinished(
                batch.id(),
                members.size() + " runs together",
                "running, " + done + " done",
                Next.push(new BatchPage(this, batch.id(), members))));
      }
    }
    for (String id : wiring.runs().ids().stream().limit(RECENT).toList()) {
      if (found.size() >= most) {
        break;
      }
      // What waits for a run that did not go through is shown by its batch, not as one to go on
      // with.
      if (together.contains(id) || Batch.waitsFor(wiring, id).isPresent()) {
        continue;
      }
      try {
        RunView view = view(id);
        if (view.phase().live() || view.phase().resumable() || view.phase() == Phase.LEFT) {
          found.add(
              new Unfinished(
                  id, view.plan().title(), about(view), Next.push(RunPage.of(this, view))));
        }
      } catch (ProblemException e) {
        // The list of runs shows what cannot be read.
      }
    }
    return found;
  }

  private String about(RunView view) {
    if (view.phase().live()) {
      return view.phase().word() + ", " + Math.round(100 * view.share()) + " %";
    }
    String where =
        view.current()
            .map(StepView::number)
            .map(number -> " at step " + number + " of " + view.steps().size())
            .orElse("");
    return view.phase().word() + where + age(view.id());
  }

  private String age(String id) {
    try {
      Instant began = Instant.parse(RunState.replay(wiring.runs().look(id).entries()).date());
      return ", " + Amounts.whole(Duration.between(began, Instant.now())) + " ago";
    } catch (DateTimeParseException e) {
      return "";
    }
  }
}
