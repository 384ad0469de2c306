package dev.proxkiln.cli.run;

import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.log.RunLog;
import dev.proxkiln.cli.node.Connection;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.problem.ExitCodes;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.event.EventTree;
import dev.proxkiln.core.event.Events;
import dev.proxkiln.core.event.Request;
import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.port.Ports;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.run.Executor;
import dev.proxkiln.core.run.Fleet;
import dev.proxkiln.core.run.Lanes;
import dev.proxkiln.core.run.Outcome;
import dev.proxkiln.core.run.Pace;
import dev.proxkiln.core.run.Policy;
import dev.proxkiln.core.run.RunFolder;
import dev.proxkiln.core.run.Stop;
import dev.proxkiln.host.fetch.StreamingDownloads;
import dev.proxkiln.host.run.RequestFile;
import dev.proxkiln.pve.DistinctIds;
import dev.proxkiln.pve.StorageLoad;
import dev.proxkiln.ui.FleetProgress;
import dev.proxkiln.ui.Look;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs that work at the same time: they share the lanes to storages and for downloads, the display
 * and Ctrl-C.
 */
public final class SideBySide {
  private static final long HEAP_OF_THE_REST = 48L << 20;

  /** A command from this weight on, such as building an image, keeps processors busy for long. */
  private static final int HEAVY = 10;

  private final Outside outside;
  private final Wiring wiring;
  private final Invocation invocation;
  private final FleetProgress progress;
  private final boolean json;
  private final boolean shown;
  private final Events events = new Events();
  private final Pace pace;
  private final Lanes lanes = new Lanes(this::lane);

  /** What is asked of all runs, and of each one under way. */
  private final List<Requests> controls = new CopyOnWriteArrayList<>();

  private final Map<String, RunFolder> under = new ConcurrentHashMap<>();

  /**
   * A fleet to be run.
   *
   * @param total how many runs there will be; 0 where that is not known
   * @param widest length of the longest name
   */
  public SideBySide(Outside outside, Wiring wiring, Invocation invocation, int total, int widest) {
    this.outside = outside;
    this.wiring = wiring;
    this.invocation = invocation;
    Look look = outside.look().apply(invocation.globals().color());
    this.json = invocation.globals().output().equals("json");
    this.shown = !invocation.switches().quiet() && !json;
    this.progress =
        new FleetProgress(
            outside.err(),
            look,
            InstantSource.system(),
            invocation.switches().verbose() > 0,
            total,
            widest);
    // Made here, so that the workers find it made.
    wiring.runs();
    this.pace = new Pace(InstantSource.system(), downloads(invocation.globals().jobs()));
  }

  private static int downloads(long jobs) {
    long room =
        (Runtime.getRuntime().maxMemory() - HEAP_OF_THE_REST) / StreamingDownloads.heapOfOne();
    return (int) Math.clamp(room, 1, jobs);
  }

  private Optional<Lanes.Lane> lane(Step step) {
    if (step instanceof Step.Run command && command.weight() >= HEAVY) {
      int width = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
      return Optional.of(Lanes.Lane.of("this machine", width));
    }
    return step instanceof Step.Download
        ? Optional.of(new Lanes.Lane("downloads", pace::width))
        : StorageLoad.of(step).map(storage -> Lanes.Lane.of("storage " + storage, 1));
  }

  /**
   * Does jobs until there are none left or Ctrl-C stops them.
   *
   * @param requests what others ask of all of them; empty where there is no place for it
   * @return whether they were stopped
   */
  public boolean run(
      Optional<RequestFile> requests,
      Supplier<Optional<? extends Fleet.Job>> next,
      Consumer<Fleet.Ended> ended) {
    wiring.modules().forEach(module -> module.subscribe(events));
    RunLog.watch(events);
    pace.watch(events, lanes::lookAgain);
    if (shown) {
      progress.watch(events);
    }
    if (json) {
      events.on(
          RunEvent.class,
          event -> {
            outside.out().println(wiring.json().line(EventTree.of(event)));
          });
    }
    ScheduledExecutorService ticks =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("progress").factory());
    Stop stop = outside.interrupts().begin();
    requests.ifPresent(file -> controls.add(new Requests(file, stop, this::tellAll)));
    try {
      ticks.scheduleWithFixedDelay(
          () -> controls.forEach(Requests::run),
          Requests.PERIOD,
          Requests.PERIOD,
          TimeUnit.MILLISECONDS);
      if (shown) {
        ticks.scheduleAtFixedRate(progress::tick, 1, 1, TimeUnit.SECONDS);
      }
      new Fleet((int) invocation.globals().jobs(), InstantSource.system()).run(next, stop, ended);
    } finally {
      outside.interrupts().end();
      ticks.shutdownNow();
      progress.end();
    }
    return stop.wanted();
  }

  /** The exit code of a fleet: stopped, some failed, or all is well. */
  public int exitCode(boolean stopped, Collection<Fleet.Ended> ended) {
    if (stopped) {
      return outside.interrupts().exitCode();
    }
    return ended.stream().allMatch(Fleet.Ended::ok) ? 0 : ExitCodes.SOME_FAILED;
  }

  /**
   * Does a run, beside others.
   *
   * @param pve the node for all runs of this fleet, so that they do not get in each other's way
   */
  public Outcome work(RunFolder run, String name, Connection connection, PvePort pve, Stop stop) {
    progress.name(run.id(), name);
    Ports own = connection.ports().apply(wiring.secrets(wiring.runs().secrets(run.id())));
    Ports ports =
        new Ports(
            pve,
            own.commands(),
            own.files(),
            own.downloads(),
            own.consoles(),
            own.secrets(),
            own.time());
    Policy policy =
        invocation.globals().onError().orElse("undo").equals("keep") ? Policy.KEEP : Policy.UNDO;
    Stop part = stop.part();
    Requests requests =
        new Requests(wiring.runs().requests(run.id()), part, request -> tell(run, request));
    controls.add(requests);
    under.put(run.id(), run);
    try {
      return new Executor(ports, events, Crash.checkpoint(outside.environment()), lanes)
          .execute(run, policy, part);
    } finally {
      controls.remove(requests);
      under.remove(run.id());
    }
  }

  private void tellAll(Request request) {
    under.values().forEach(run -> tell(run, request));
  }

  private void tell(RunFolder run, Request request) {
    RunEvent asked = new RunEvent.Asked(run.id(), request);
    run.note(asked);
    events.publish(asked);
  }

  /** A node for several runs: none gets a VM ID that another one got or that a plan names. */
  public static PvePort shared(Connection connection, List<Plan> plans) {
    return new DistinctIds(connection.pve(), plans.stream().flatMap(p -> chosen(p)).toList());
  }

  private static java.util.stream.Stream<Long> chosen(Plan plan) {
    return plan.steps().stream()
        .filter(Step.Call.class::isInstance)
        .map(step -> ((Step.Call) step).call())
        .filter(call -> !call.verb().reads() && call.params().containsKey("vmid"))
        .flatMap(call -> call.params().get("vmid").getFirst().literal().stream())
        .filter(id -> id.matches("\\d{1,9}"))
        .map(Long::parseLong);
  }
}
