package dev.proxkiln.cli.run;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.self.OtherRelease;
import dev.proxkiln.cli.wiring.Results;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.event.Request;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.run.RunState;
import dev.proxkiln.core.run.RunStore;
import dev.proxkiln.core.view.Phase;
import dev.proxkiln.core.view.RunModel;
import dev.proxkiln.core.view.RunView;
import dev.proxkiln.core.view.StepView;
import dev.proxkiln.host.run.BatchStore;
import dev.proxkiln.host.run.RequestFile;
import dev.proxkiln.ui.Amounts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** The commands that show runs and have their way with them. */
public final class RunCommands {
  /** What stands for the process that runs the queue, where a run is named. */
  private static final String QUEUE = "queue";

  private static final Field<Boolean> NOW =
      Field.of("now", "Now", Type.flag(), "Stop in the middle of the step.").byDefault(false);

  private final Field<String> wantedRun =
      Field.of("run", "Run", Type.anyText(40), "ID of a run, or an unambiguous beginning of it.")
          .choosing(facts -> Field.Choice.plain(ids()))
          .at(1);
  private final Field<String> wanted =
      Field.of(
              "run",
              "Run",
              Type.anyText(40),
              "ID of a run or a batch, or an unambiguous beginning of a run's; 'queue' for all that"
                  + " the queue runs.")
          .choosing(facts -> Field.Choice.plain(ids()))
          .at(1);

  private final Outside outside;
  private final Wiring wiring;

  public RunCommands(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  private List<String> ids() {
    return wiring.runs().ids();
  }

  /** The commands. */
  public List<Command> commands() {
    return List.of(
        own("runs", "List the runs of this machine.", Schema.of(), this::runs),
        own("show", "Show a run.", Schema.of(wantedRun.mandatory()), this::show),
        own(
            "attach",
            "Watch what another process runs; without an ID what began last. Ctrl-C leaves it"
                + " running.",
            Schema.of(wanted),
            this::attach),
        own(
            "pause",
            "Let a run wait before its next step.",
            Schema.of(wanted.mandatory()),
            invocation -> ask(invocation, Request.PAUSE)),
        own(
            "stop",
            "Stop a run after its step, and keep what it made.",
            Schema.of(wanted.mandatory(), NOW),
            invocation ->
                ask(invocation, invocation.answers().get(NOW) ? Request.STOP_NOW : Request.STOP)),
        own(
                "resume",
                "Go on with a run that stopped or is paused; without an ID the newest that stopped.",
                Schema.of(wanted),
                this::resume)
            .withDetach(),
        own("undo", "Take back what a run made.", Schema.of(wantedRun.mandatory()), this::undo));
  }

  private static Command.Own own(
      String name, String summary, Schema schema, Command.Own.Body body) {
    return new Command.Own(name, summary, schema, false, body);
  }

  private int runs(Invocation invocation) {
    new Results(outside, wiring, invocation).print(rows());
    return 0;
  }

  /** The runs of this machine, the newest first. */
  public Query.Rows rows() {
    List<Object> rows = new ArrayList<>();
    for (String id : wiring.runs().ids()) {
      try {
        rows.add(summary(wiring.runs().look(id)));
      } catch (ProblemException e) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", id);
        row.put("state", "UNREADABLE");
        row.put("title", e.first().what());
        rows.add(row);
      }
    }
    return new Query.Rows(
        List.of(
            new Query.Column("RUN", "id"),
            new Query.Column("STARTED", "started"),
            new Query.Column("STATE", "state"),
            new Query.Column("STEPS", "progress"),
            new Query.Column("TITLE", "title")),
        rows);
  }

  private Map<String, Object> summary(RunStore.Glimpse glimpse) {
    Plan plan = glimpse.plan();
    RunState state = RunState.replay(glimpse.entries());
    long done = plan.steps().stream().filter(s -> state.outputs(s.id()).isPresent()).count();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", glimpse.id());
    row.put("started", state.date());
    row.put("state", state(glimpse).name());
    row.put("progress", done + " of " + plan.steps().size());
    row.put("command", plan.command());
    row.put("target", plan.target());
    row.put("node", plan.node());
    row.put("title", plan.title());
    return row;
  }

  /** Where a run stands; only of one that is worked on more than its journal is read. */
  public Phase state(RunStore.Glimpse glimpse) {
    if (glimpse.locked()) {
      return RunWatch.view(wiring.runs(), glimpse.id()).phase();
    }
    RunModel model = new RunModel(glimpse.id(), glimpse.plan());
    model.settle(glimpse.entries(), false);
    return model.view(Instant.EPOCH).phase();
  }

  private int show(Invocation invocation) {
    String id = invocation.answers().get(wantedRun);
    new Results(outside, wiring, invocation).print(new Query.One(tree(id)));
    return 0;
  }

  /** Everything that is known of a run, without its output. */
  public Map<String, Object> tree(String id) {
    RunStore.Glimpse glimpse = wiring.runs().look(id);
    RunState state = RunState.replay(glimpse.entries());
    RunView view = RunWatch.view(wiring.runs(), glimpse.id());
    Map<String, Object> tree = summary(glimpse);
    List<Object> steps = new ArrayList<>();
    for (StepView step : view.steps()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("step", step.step().id());
      row.put("state", step.state().word());
      row.put("label", step.step().label());
      if (!step.took().isZero()) {
        row.put("took", Amounts.time(step.took()));
      }
      state
          .outputs(step.step().id())
          .filter(o -> !o.isEmpty())
          .ifPresent(o -> row.put("outputs", o));
      steps.add(row);
    }
    tree.put("warnings", state.warnings());
    tree.put("folder", wiring.runs().folder(glimpse.id()).toString());
    tree.put("steps", steps);
    List<Object> problems = new ArrayList<>();
    glimpse.entries().stream()
        .filter(entry -> "failed".equals(entry.get("t")))
        .forEach(entry -> Optional.ofNullable(entry.get("problem")).ifPresent(problems::add));
    if (problems.isEmpty()) {
      view.problems().stream().map(Problem::tree).forEach(problems::add);
    }
    if (!problems.isEmpty()) {
      tree.put("problems", problems);
    }
    if (!view.made().isEmpty() && view.phase() != Phase.DONE) {
      tree.put("made", view.made());
    }
    return tree;
  }

  private int attach(Invocation invocation) {
    Attach attach = new Attach(outside, wiring, invocation);
    Optional<String> named = invocation.answers().find(wanted);
    if (named.isPresent() && named.get().equals(QUEUE)) {
      return attach.queue();
    }
    if (named.isPresent()) {
      Optional<BatchStore.Batch> batch = wiring.batches().find(named.get());
      return batch.map(attach::batch).orElseGet(() -> attach.run(named.get()));
    }
    Optional<BatchStore.Batch> batch = liveBatches().stream().findFirst();
    Optional<String> run = wiring.runs().ids().stream().filter(wiring.runs()::live).findFirst();
    if (batch.isPresent()
        && run.filter(id -> batch.get().members().stream().noneMatch(m -> m.run().equals(id)))
            .isEmpty()) {
      return attach.batch(batch.get());
    }
    return attach.run(
        run.orElseThrow(
            () ->
                CoreSlug.RUN_STATE
                    .problem("", "Nothing is being run.", "", "See: proxkiln runs")
                    .raise()));
  }

  private List<BatchStore.Batch> liveBatches() {
    return wiring.batches().all().stream()
        .filter(batch -> wiring.batches().live(batch.id()))
        .toList();
  }

  /** Asks something of what is being run. */
  private int ask(Invocation invocation, Request request) {
    String id = invocation.answers().get(wanted);
    Optional<BatchStore.Batch> batch = wiring.batches().find(id);
    String name;
    boolean live;
    RequestFile requests;
    if (id.equals(QUEUE)) {
      name = "the queue";
      live = wiring.queue().running();
      requests = wiring.queue().requests();
    } else if (batch.isPresent()) {
      name = "batch '" + id + "'";
      live = wiring.batches().live(id);
      requests = wiring.batches().requests(id);
    } else {
      String whole = wiring.runs().look(id).id();
      name = "run '" + whole + "'";
      live = wiring.runs().live(whole);
      requests = wiring.runs().requests(whole);
    }
    if (!live) {
      throw CoreSlug.RUN_STATE
          .problem(
              "",
              "No process works on " + name + " now.",
              "Only what is under way can be asked to pause or stop.",
              "See: proxkiln runs")
          .raise();
    }
    requests.ask(request);
    if (!invocation.switches().quiet()) {
      outside.err().println(heard(request, sentence(name)));
    }
    return 0;
  }

  private static String sentence(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  private static String heard(Request request, String name) {
    return switch (request) {
      case PAUSE -> name + " pauses after what it does now.";
      case GO -> name + " goes on.";
      case STOP -> name + " stops after what it does now; what it made is kept.";
      case STOP_NOW -> name + " stops; what it made is kept.";
    };
  }

  private int resume(Invocation invocation) {
    Answers answers = invocation.answers();
    Optional<String> named = answers.find(wanted);
    Optional<BatchStore.Batch> batch = named.flatMap(id -> wiring.batches().find(id));
    if (named.filter(this::paused).isPresent()) {
      return ask(invocation, Request.GO);
    }
    boolean detach = invocation.switches().detach();
    Background background = new Background(outside, wiring);
    if (batch.isPresent()) {
      if (detach) {
        background.batch(batch.get(), invocation.globals());
        return background.started(invocation, "batch", batch.get().id());
      }
      return new Batch(outside, wiring, invocation).resume(batch.get());
    }
    String id = wiring.runs().look(named.orElseGet(this::newestResumable)).id();
    Batch.checkTurn(wiring, id);
    OptionalInt other = new OtherRelease(outside, wiring).run("resume", id, invocation);
    if (other.isPresent()) {
      return other.getAsInt();
    }
    if (detach) {
      background.resume(id, invocation.globals());
      return background.started(invocation, "run", id);
    }
    return new Runs(outside, wiring, invocation).resume(id);
  }

  /** Whether something is under way and was asked to pause. */
  private boolean paused(String id) {
    if (id.equals(QUEUE)) {
      return wiring.queue().running() && isPause(wiring.queue().requests());
    }
    if (wiring.batches().find(id).isPresent()) {
      return wiring.batches().live(id) && isPause(wiring.batches().requests(id));
    }
    return wiring.runs().live(id) && isPause(wiring.runs().requests(id));
  }

  private static boolean isPause(RequestFile requests) {
    return requests.asked().filter(asked -> asked == Request.PAUSE).isPresent();
  }

  private String newestResumable() {
    // What a batch that is under way has not come to yet is none of ours.
    Set<String> taken =
        liveBatches().stream()
            .flatMap(batch -> batch.members().stream())
            .map(BatchStore.Member::run)
            .collect(Collectors.toSet());
    for (String id : wiring.runs().ids()) {
      RunStore.Glimpse glimpse = wiring.runs().look(id);
      RunState.State state = RunState.replay(glimpse.entries()).state();
      if (!glimpse.locked()
          && !taken.contains(id)
          && Batch.waitsFor(wiring, id).isEmpty()
          && (state == RunState.State.OPEN || state == RunState.State.FAILED)) {
        return id;
      }
    }
    throw CoreSlug.RUN_STATE
        .problem("", "No run can be resumed.", "All are done or undone.", "See: proxkiln runs")
        .raise();
  }

  private int undo(Invocation invocation) {
    String id = invocation.answers().get(wantedRun);
    RunStore.Glimpse run = wiring.runs().look(id);
    OptionalInt other = new OtherRelease(outside, wiring).run("undo", run.id(), invocation);
    if (other.isPresent()) {
      return other.getAsInt();
    }
    if (RunState.replay(run.entries()).state() == RunState.State.DONE) {
      // What a finished run made may be in use by now.
      new Agreement(outside, invocation).toUndo(run.id(), run.plan());
    }
    return new Runs(outside, wiring, invocation).undo(id);
  }
}
