package dev.proxkiln.cli.node;

import dev.proxkiln.cli.log.LogPlace;
import dev.proxkiln.cli.outside.Home;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.outside.Self;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.file.Layout;
import dev.proxkiln.host.file.Modes;
import dev.proxkiln.host.process.DetachedProcess;
import dev.proxkiln.sandbox.RunningSandbox;
import dev.proxkiln.sandbox.SandboxOptions;
import dev.proxkiln.sandbox.SandboxProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The sandbox node of this user: one, as a process of its own. */
public final class SandboxNode {
  /** The words by which a sandbox is served in this process; for ourselves only. */
  public static final List<String> SERVE = List.of("sandbox", "serve");

  /** The words of the node's own {@code pvesh}, which parses the rest itself. */
  public static final List<String> PVESH = List.of("sandbox", "pvesh");

  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration SLICE = Duration.ofMillis(500);
  private static final Duration STOP = Duration.ofSeconds(30);

  private final Outside outside;
  private final Layout layout;
  private final Home home;

  public SandboxNode(Outside outside, Layout layout, Home home) {
    this.outside = outside;
    this.layout = layout;
    this.home = home;
  }

  /** What it keeps is here. */
  public Path folder() {
    return folder(layout);
  }

  /** What the node of a layout keeps is here. */
  public static Path folder(Layout layout) {
    return layout.state().resolve("sandbox");
  }

  /** The node, where it runs. */
  public Optional<RunningSandbox> running() {
    return RunningSandbox.find(folder());
  }

  /** The sandbox, started when it does not run. */
  RunningSandbox demand(boolean quiet) {
    Optional<RunningSandbox> running = running();
    if (running.isPresent()) {
      return running.get();
    }
    RunningSandbox started = launch(SandboxOptions.in(folder()));
    if (!quiet) {
      outside.err().println("Started the sandbox node: " + line(started));
      outside.err().println("Stop it with: proxkiln sandbox stop");
    }
    return started;
  }

  private static String line(RunningSandbox running) {
    return "PVE "
        + running.version()
        + " contract, boot "
        + running.boot()
        + (running.boot().equals("simulated") ? "" : " (" + running.accel() + ")")
        + ", "
        + running.url();
  }

  /**
   * Starts the node.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code sandbox-failed}
   */
  public RunningSandbox launch(SandboxOptions options) {
    Path log = LogPlace.output(layout.logs().resolve("sandbox.log")).room();
    try {
      Modes.folder(options.stateDir(), 0750);
    } catch (IOException e) {
      throw FileTrouble.writing(options.stateDir(), e);
    }
    List<String> argv = new ArrayList<>(Self.argv(home));
    argv.addAll(SERVE);
    argv.addAll(SandboxProcess.arguments(options));
    long pid = DetachedProcess.start(argv, environment(), log);
    try {
      for (Duration waited = Duration.ZERO;
          waited.compareTo(START) < 0 && (alive(pid) || anotherStarts(log));
          waited = waited.plus(SLICE)) {
        Optional<RunningSandbox> ready = SandboxProcess.awaitReady(options.stateDir(), SLICE);
        if (ready.isPresent()) {
          return ready.get();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw CliSlug.SANDBOX_FAILED
        .problem(
            "sandbox", "The sandbox node did not start.", Self.lastLine(log), "Look into " + log)
        .raise();
  }

  /** Whether ours gave way to one that somebody else, or another page of the menu, starts. */
  private static boolean anotherStarts(Path log) {
    return Self.lastLine(log).contains("another sandbox runs");
  }

  private static boolean alive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  /** What the node needs to know of ours, and no secrets. */
  private Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String name :
        List.of("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PROXKILN_ROOT", "PROXKILN_ACCEL")) {
      String value = outside.environment().get(name);
      if (value != null) {
        environment.put(name, value);
      }
    }
    return environment;
  }

  /**
   * Stops the node.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code sandbox-failed}
   */
  public void halt(RunningSandbox running) {
    try {
      if (SandboxProcess.stop(running, STOP)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw CliSlug.SANDBOX_FAILED
        .problem(
            "sandbox",
            "The sandbox node, process "
                + running.pid()
                + ", did not stop within "
                + STOP.toSeconds()
                + " s.",
            "",
            "Look into " + layout.logs().resolve("sandbox.log"))
        .raise();
  }

  /** Deletes everything that it keeps; it does not run. */
  public void clear() {
    if (!Files.isDirectory(folder())) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder())) {
      SandboxProcess.endGuests(folder());
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw FileTrouble.writing(folder(), e);
    }
  }
}
